/** Every state that a real operator was seen to decide is decided as it did, from its dumps alone. */
import assert from 'node:assert/strict';
import { ALERT_RULES, type Condition, judgeCondition } from '../../shared/golden-images/conditions.ts';
import type { TruthName } from './servers/paths.ts';
import { answerOf, type Dump, readTruth, snapshotOf } from './truth.ts';

const folders: readonly { readonly folder: TruthName; readonly states: number; readonly versions: readonly string[] }[] = [
  { folder: '1.17', states: 40, versions: ['v1beta1'] },
  { folder: '1.18', states: 30, versions: ['v1', 'v1beta1'] },
  { folder: '1.19', states: 60, versions: ['v1'] },
  { folder: '1.19-webhooks', states: 24, versions: ['v1', 'v1beta1'] },
];

describe('the answers of a real operator', () => {
  const played = { states: new Set<string>(), dumps: 0 };

  for (const { folder, states, versions } of folders) {
    const dumps = readTruth(folder);

    for (const version of versions) {
      const shown = dumps.filter((dump) => dump.version === version);
      it(`are ours too: ${folder}, ${shown.length} dumps in ${version}`, () => {
        const ours = shown.map((dump) => {
          played.states.add(`${folder}/${dump.state}`);
          played.dumps += 1;
          return [dump.state, answerOf(snapshotOf(dump), dump.answer)];
        });
        assert.deepEqual(Object.fromEntries(ours), Object.fromEntries(shown.map(({ state, answer }) => [state, answer])));
        assert.equal(ours.length, states);
      });
    }

    const [one, other] = versions.map((version) => dumps.filter((dump) => dump.version === version));
    if (one && other) {
      it(`rest on the same evidence in both API versions: ${folder}`, () => assert.deepEqual(one.map(judged), other.map(judged)));
    }
  }

  it('are 154 states in 208 dumps', () => {
    process.stdout.write(`      played: ${played.states.size} states, ${played.dumps} dumps\n`);
    assert.deepEqual([played.states.size, played.dumps], [154, 208]);
  });
});

/** All that is judged of a state, but where in the CR of one version it was read. */
function judged(dump: Dump) {
  return [dump.state, ...ALERT_RULES.map((rule) => withoutPlaces(judgeCondition(rule, snapshotOf(dump))))];
}

function withoutPlaces(condition: Condition) {
  if (condition.kind === 'unknown' || condition.evidence === undefined) return condition;
  const { hyperConverged, gate, placement, ...evidence } = condition.evidence;
  const { namespace, name } = hyperConverged;
  const read = { ...evidence, namespace, name, importEnabled: gate.enabled, placement: placement && { ...placement, path: '' } };
  return { ...condition, evidence: read };
}
