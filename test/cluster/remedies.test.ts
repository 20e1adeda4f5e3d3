/** Remedies beside the matrix: asked of the server itself, and the one that is no patch. */
import assert from 'node:assert/strict';
import type { Judgement } from '../../shared/judge.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createDryRun } from '../../shared/kubernetes/dry-run.ts';
import { tryRemedies } from '../../shared/try-remedies.ts';
import { silentLog } from '../helpers/log.ts';
import { DISABLED, known, specOf, template, UNSUPPORTED } from '../helpers/reconciled.ts';
import { NAME } from './hyperconverged.ts';
import { assertAcceptance, judgementsOn, offersIn, runAsPrinted } from './matrix/carry-out.ts';
import { type OperatedCluster, startOperatedCluster } from './matrix/operated-cluster.ts';
import { nodes } from './matrix/placements.ts';
import { amongOthers } from './matrix/templates.ts';
import { promisedBy } from './printed-diff.ts';
import { waitUntil } from './servers/wait.ts';

const TIME_MS = 10_000;
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const POLICIES = '/apis/admissionregistration.k8s.io/v1';

describe('remedies on an API server with HyperConverged 1.19', () => {
  let cluster: OperatedCluster;
  before(async () => {
    cluster = await startOperatedCluster('1.19', nodes);
  });
  after(() => cluster?.stop());

  const images = { mine: known('amd64') };
  /** As the functions do with DRY_RUN=server. */
  const tried = async (): Promise<readonly Judgement[]> => {
    const dryRun = createDryRun({ connect: kubernetes({ KUBECONFIG: cluster.server.kubeconfig }).connect, log: silentLog });
    return tryRemedies(await judgementsOn(cluster, images), dryRun, AbortSignal.timeout(TIME_MS));
  };

  for (const [when, spec] of [
    ['the CR says nothing', {}],
    ['the import is off', specOf('1.19', { isOn: false, templates: amongOthers([template('mine')]) })],
    ['the import is on', specOf('1.19', { isOn: true, templates: amongOthers([template('mine', { architectures: 's390x' })]) })],
  ] as const) {
    it(`are asked of the server, and their diffs are what it stores, defaults included: ${when}`, async () => {
      await cluster.install(spec);
      const judgements = await tried();
      const remedies = judgements.flatMap((judgement) => judgement.remedies);
      const asked = remedies.filter(({ change }) => change).map(({ acceptance }) => acceptance);
      const accepted = { accepted: true, by: 'dry run', reason: undefined, warnings: [] };
      assert.deepEqual(new Set(asked.map((acceptance) => JSON.stringify(acceptance))), new Set([JSON.stringify(accepted)]));
      for (const { remedy } of offersIn(judgements)) {
        await cluster.install(spec);
        const then = await cluster.read('v1');
        await runAsPrinted(cluster, remedy);
        assert.deepEqual((await cluster.read('v1')).spec, promisedBy(remedy.diff, { spec: then.spec }).spec, remedy.diff);
      }
    });
  }

  it('are not advised where the server refuses them, in its words', async () => {
    await cluster.install({});
    await addPolicy(cluster, '!has(object.spec.workloadSources.enableMultiArchBootImageImport)', 'no imports on Fridays');
    const refused = await waitUntil('the policy is in force', async () => {
      const found = remedyOf(await tried(), DISABLED, 'enable-multi-arch-import');
      assert.equal(found.acceptance.accepted, false);
      return found;
    });
    assert.match(refused.acceptance.reason ?? '', /denied request: no imports on Fridays$/);
    assert.deepEqual([refused.feasible, refused.advised, refused.acceptance.by], [true, false, 'dry run']);
    assert.match(refused.reason ?? '', /^This API server would refuse it: .*no imports on Fridays\.$/);
    const finished = await cluster.server.runShell(refused.command ?? '');
    assert.deepEqual([finished.status, finished.stdout], [1, ''], 'the command is refused too');
    await cluster.server.send('DELETE', `${POLICIES}/validatingadmissionpolicybindings/test`);
    await waitUntil('the policy is gone', async () =>
      assert.ok(remedyOf(await tried(), DISABLED, 'enable-multi-arch-import').acceptance.accepted),
    );
  });

  it('start the operator again where an alert outlived its condition, and no other pod', async () => {
    await cluster.install({});
    const pods = `/api/v1/namespaces/${NAME}/pods`;
    for (const name of ['hyperconverged-cluster-operator', 'hyperconverged-cluster-webhook']) {
      const spec = { containers: [{ name, image: 'registry.example/hco' }] };
      await cluster.server.send('POST', pods, { metadata: { name: `${name}-1`, labels: { name } }, spec });
    }
    const { command, feasible, change } = remedyOf(await judgementsOn(cluster), UNSUPPORTED, 'restart-operator');
    assert.deepEqual(
      [feasible, change, command],
      [true, undefined, `kubectl delete pods -n ${NAME} -l name=hyperconverged-cluster-operator`],
    );
    const { status, stdout, stderr } = await cluster.server.runShell(command ?? '');
    assert.deepEqual([status, stderr], [0, '']);
    assert.match(stdout, /^pod "hyperconverged-cluster-operator-1" deleted/);
    const { items } = await cluster.server.send('GET', pods);
    assert.deepEqual(
      items.map(({ metadata }: Named) => metadata.name),
      ['hyperconverged-cluster-webhook-1'],
    );
  });

  it('are refused by the schema where the server would refuse them', async () => {
    const nodePlacements = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/deployment/properties/nodePlacements';
    await cluster.server.send('PATCH', `${DEFINITIONS}/hyperconvergeds.hco.kubevirt.io`, [{ op: 'remove', path: nodePlacements }]);
    await cluster.install({});
    const remedies = await waitUntil('the server knows no placement, and says so', async () => {
      assert.equal((await cluster.send('v1', { spec: { deployment: { nodePlacements: {} } } })).taken, false);
      const offered = (await judgementsOn(cluster)).find(({ alert }) => alert === DISABLED)?.remedies ?? [];
      assert.ok(offered.some(({ acceptance }) => acceptance.accepted === false));
      return offered;
    });
    const [enable, ...restrict] = remedies.map(({ acceptance }) => acceptance);
    assert.deepEqual([enable?.accepted, enable?.by], [true, 'schema']);
    assert.deepEqual(
      restrict.map(({ accepted, reason }) => [accepted, reason?.endsWith('does not know spec.deployment.nodePlacements')]),
      [
        [false, true],
        [false, true],
      ],
    );
    assert.deepEqual(
      remedies.filter(({ advised }) => advised).map(({ id }) => id),
      ['enable-multi-arch-import'],
    );
    for (const remedy of remedies) await assertAcceptance(cluster, remedy);
  });
});

interface Named {
  readonly metadata: { readonly name: string };
}

function remedyOf(judgements: readonly Judgement[], alert: string, id: string): Judgement['remedies'][number] {
  const found = judgements.find((judgement) => judgement.alert === alert)?.remedies.find((remedy) => remedy.id === id);
  assert.ok(found, `${id} is not proposed`);
  return found;
}

/** A policy that every change of a HyperConverged must fulfil. */
async function addPolicy({ server }: OperatedCluster, expression: string, message: string): Promise<void> {
  const rules = [{ apiGroups: ['hco.kubevirt.io'], apiVersions: ['*'], resources: ['hyperconvergeds'], operations: ['UPDATE'] }];
  const head = { apiVersion: 'admissionregistration.k8s.io/v1', metadata: { name: 'test' } };
  await server.send('POST', `${POLICIES}/validatingadmissionpolicies`, {
    ...head,
    kind: 'ValidatingAdmissionPolicy',
    spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression, message }] },
  });
  await server.send('POST', `${POLICIES}/validatingadmissionpolicybindings`, {
    ...head,
    kind: 'ValidatingAdmissionPolicyBinding',
    spec: { policyName: 'test', validationActions: ['Deny'] },
  });
}
