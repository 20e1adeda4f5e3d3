/** Where HCO's alerts cannot be true a check says so, and says nothing of what it does not know. */
import assert from 'node:assert/strict';
import { type Applicability, applicabilityOf } from '../../../local/check/applicability.ts';
import { renderMarkdown } from '../../../local/check/markdown.ts';
import { exitCode, toReport } from '../../../local/check/report.ts';
import { renderText } from '../../../local/check/text.ts';
import type { Read } from '../../../shared/golden-images/read.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { judge } from '../../../shared/judge.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';

const NODES = [node('amd-1', 'amd64'), node('arm-1', 'arm64')];
const YES: Read<boolean> = { ok: true, value: true };
const NO: Read<boolean> = { ok: true, value: false };
const UNREAD: Read<boolean> = { ok: false, failure: { resource: 'clusterversions', reason: 'forbidden', detail: 'no' } };

/** What HCO says it looks after, once it has finished a round. */
function statusOf(kinds: readonly string[], finished: boolean) {
  return {
    status: {
      relatedObjects: kinds.map((kind) => ({ kind, name: 'x' })),
      conditions: [{ type: 'ReconcileComplete', status: finished ? 'True' : 'False' }],
    },
  };
}
function without(patch?: ReturnType<typeof statusOf>, hasSsp?: boolean): Snapshot {
  const taken = snapshot({ nodes: NODES, hyperConverged: hyperConverged({ goldenImages: {}, ...(patch ? { patch } : {}) }) });
  if (hasSsp === undefined) return taken;
  const served = { versions: ['v1'], preferred: 'v1', v1HasImportField: YES, hasSsp: { ok: true, value: hasSsp } as const };
  return { ...taken, served };
}

const WITH_IMAGES = snapshot({ nodes: NODES, hyperConverged: hyperConverged() });
const NO_HCO = snapshot({ nodes: NODES });
const NOT_SERVED: Snapshot = {
  ...NO_HCO,
  hyperConverged: { ok: false, failure: { resource: 'hyperconvergeds.hco.kubevirt.io', reason: 'not-served', detail: 'no' } },
};
const DEPLOYED = ['KubeVirt', 'CDI', 'NetworkAddonsConfig'];

describe('whether the three alerts can be true', () => {
  const cases: readonly {
    readonly when: string;
    readonly taken: Snapshot;
    readonly openShift: Read<boolean> | undefined;
    readonly because: Applicability['because'] | undefined;
  }[] = [
    { when: 'HCO reports golden images, whatever else is said', taken: WITH_IMAGES, openShift: NO, because: undefined },
    { when: 'it is OpenShift, and there are no golden images', taken: without(), openShift: YES, because: undefined },
    { when: 'it is OpenShift, and HCO is not there yet', taken: NO_HCO, openShift: YES, because: undefined },
    { when: 'it is OpenShift, and SSP is there', taken: without(undefined, true), openShift: YES, because: undefined },
    { when: 'it is OpenShift without SSP', taken: without(undefined, false), openShift: YES, because: 'no-ssp' },
    { when: 'it is not OpenShift', taken: without(undefined, false), openShift: NO, because: 'no-openshift' },
    {
      when: 'it is not OpenShift, and somebody has installed SSP',
      taken: without(undefined, true),
      openShift: NO,
      because: 'no-openshift',
    },
    { when: 'it is not OpenShift, and HCO is not there', taken: NO_HCO, openShift: NO, because: 'no-openshift' },
    { when: 'it is not OpenShift, and HCO’s API is not there', taken: NOT_SERVED, openShift: NO, because: 'no-openshift' },
    { when: 'it cannot be read', taken: without(), openShift: UNREAD, because: 'not-read' },
    { when: 'it cannot be read, and HCO’s API is not there', taken: NOT_SERVED, openShift: UNREAD, because: 'not-read' },
    { when: 'it cannot be read, and there is no SSP', taken: without(undefined, false), openShift: UNREAD, because: 'no-ssp' },
    {
      when: 'it cannot be read, and HCO has done all but SSP',
      taken: without(statusOf(DEPLOYED, true)),
      openShift: UNREAD,
      because: 'no-openshift',
    },
    { when: 'nobody was asked', taken: without(), openShift: undefined, because: undefined },
    { when: 'a dump shows HCO with SSP', taken: without(statusOf([...DEPLOYED, 'SSP'], true)), openShift: undefined, because: undefined },
    { when: 'a dump shows HCO with all but SSP', taken: without(statusOf(DEPLOYED, true)), openShift: undefined, because: 'no-openshift' },
    { when: 'a dump shows HCO at work', taken: without(statusOf(DEPLOYED, false)), openShift: undefined, because: undefined },
    { when: 'a dump shows HCO without KubeVirt', taken: without(statusOf(['CDI'], true)), openShift: undefined, because: undefined },
    { when: 'a dump shows HCO without CDI', taken: without(statusOf(['KubeVirt'], true)), openShift: undefined, because: undefined },
    { when: 'a dump shows HCO with nothing yet', taken: without(statusOf([], true)), openShift: undefined, because: undefined },
    { when: 'HCO has SSP, and the cluster is said to be none', taken: without(statusOf(['SSP'], true)), openShift: NO, because: undefined },
  ];
  for (const { when, taken, openShift, because } of cases) {
    it(`${because === undefined ? 'is not questioned' : `is ${because}`} where ${when}`, () =>
      assert.equal(applicabilityOf(taken, openShift)?.because, because));
  }

  it('is no no where it is not known', () => {
    assert.equal(applicabilityOf(without(), UNREAD)?.possible, null);
    assert.equal(applicabilityOf(without(), NO)?.possible, false);
  });

  it('is not asked of what a CR says in another form than HCO writes', () => {
    const odd = { status: { relatedObjects: { kind: 'KubeVirt' }, conditions: 7 } };
    assert.equal(
      applicabilityOf(snapshot({ nodes: NODES, hyperConverged: hyperConverged({ goldenImages: {}, patch: odd }) }), undefined),
      undefined,
    );
  });

  for (const { form, render } of [
    { form: 'text', render: renderText },
    { form: 'Markdown', render: renderMarkdown },
  ]) {
    it(`is said before the alerts as ${form} where they cannot be true, and not where it is not known`, () => {
      const [told, untold] = [NO, UNREAD].map((openShift) => {
        const report = toReport(null, without(), judge(without(), 'kubectl'), undefined, applicabilityOf(without(), openShift));
        return render(report, without());
      });
      assert.match(
        told ?? '',
        /This is not OpenShift or OKD, and [\s\S]*none of its three alerts can be true here\.[\s\S]*HCOMultiArchGoldenImagesDisabled/,
      );
      assert.doesNotMatch(untold ?? '', /OKD/);
    });
  }

  it('changes no exit status', () => {
    for (const taken of [without(), NO_HCO]) assert.equal(exitCode(judge(taken, 'kubectl')), 0);
    assert.equal(exitCode(judge(NOT_SERVED, 'kubectl')), 2);
  });
});
