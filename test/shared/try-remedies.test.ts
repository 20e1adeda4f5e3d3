import assert from 'node:assert/strict';
import type { CheckedRemedy } from '../../shared/checked-remedy.ts';
import { judge } from '../../shared/judge.ts';
import type { DryRunOutcome, DryRunRequest } from '../../shared/kubernetes/dry-run.ts';
import { tryRemedies } from '../../shared/try-remedies.ts';
import { hyperConverged, node, snapshot } from '../helpers/cluster-objects.ts';

const MIXED = snapshot({
  nodes: [node('a', 'amd64'), node('b', 'arm64')],
  hyperConverged: hyperConverged({ goldenImages: { 'fedora-image-cron': 'amd64,arm64' } }),
});
const IMPORT = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };

describe('remedies tried on the API server', () => {
  const asked: DryRunRequest[] = [];
  const tried = async (outcome: DryRunOutcome): Promise<readonly CheckedRemedy[]> => {
    asked.length = 0;
    const answer = async (request: DryRunRequest) => {
      asked.push(request);
      return outcome;
    };
    const [first] = await tryRemedies(judge(MIXED, 'kubectl'), answer, new AbortController().signal);
    return first?.remedies ?? [];
  };
  const importing = (remedies: readonly CheckedRemedy[]) => remedies.find(({ id }) => id === 'enable-multi-arch-import');

  it('sends what the printed command sends, for each change', async () => {
    const remedies = await tried({ accepted: null, reason: 'nobody is there' });
    assert.equal(asked.length, remedies.filter(({ change }) => change !== undefined).length);
    assert.deepEqual(asked[0]?.body, IMPORT);
    for (const { body } of asked) {
      assert.ok(remedies.some(({ command }) => command?.includes(JSON.stringify(body))));
    }
  });

  it('shows what the server would store, and what it warns of', async () => {
    const stored = { spec: { ...IMPORT.spec, filledIn: 7 } };
    const remedy = importing(await tried({ accepted: true, stored, warnings: ['mind the gap'] }));
    assert.deepEqual(remedy?.acceptance, { accepted: true, by: 'dry run', reason: undefined, warnings: ['mind the gap'] });
    assert.match(remedy?.diff ?? '', /^\+ {2}filledIn: 7$/m);
    assert.match(remedy?.diff ?? '', /^\+ {4}enableMultiArchBootImageImport: true$/m);
    assert.ok(remedy?.advised);
  });

  it('advises nothing that the server refuses, and gives its words', async () => {
    const remedies = await tried({ accepted: false, reason: 'admission webhook "x" denied the request: no', warnings: [] });
    const remedy = importing(remedies);
    assert.equal(remedy?.acceptance.accepted, false);
    assert.equal(remedy?.reason, 'This API server would refuse it: admission webhook "x" denied the request: no.');
    assert.deepEqual(
      remedies.filter(({ advised }) => advised),
      [],
    );
  });

  it('stays with what the schema says where nobody answers, and says why', async () => {
    const before = importing(judge(MIXED, 'kubectl')[0]?.remedies ?? []);
    const remedy = importing(await tried({ accepted: null, reason: 'the API server did not answer in time' }));
    assert.deepEqual(remedy, {
      ...before,
      acceptance: { ...before?.acceptance, reason: 'no dry run was made: the API server did not answer in time' },
    });
  });
});
