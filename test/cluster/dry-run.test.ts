/** A dry run by a real API server: with policies, webhooks and roles in its way, and with its own words. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createDryRun, type DryRunOutcome, type DryRunRequest } from '../../shared/kubernetes/dry-run.ts';
import { silentLog } from '../helpers/log.ts';
import { addHyperConverged, NAME, pathOf } from './hyperconverged.ts';
import { startAdmissionWebhook } from './servers/admission-webhook.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { createNamespace } from './servers/objects.ts';
import { hyperConvergedCrd, REPOSITORY } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';

const POLICIES = '/apis/admissionregistration.k8s.io/v1';
const TIME_MS = 10_000;
const IMPORT = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
const version = 'v1';
const LOOKING = ['alertmanager-webhook', 'node-events', 'slack-actions'];

describe('a dry run by the API server', () => {
  let server: ApiServer;
  beforeEach(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19')], authorization: 'RBAC' });
    await addHyperConverged(server, { version });
  });
  afterEach(() => server.stop());
  const ask = (body: DryRunRequest['body'] = IMPORT, kubeconfig = server.kubeconfig): Promise<DryRunOutcome> => {
    const dryRun = createDryRun({ connect: kubernetes({ KUBECONFIG: kubeconfig }).connect, log: silentLog });
    return dryRun({ target: { version, namespace: NAME, name: NAME }, body }, AbortSignal.timeout(TIME_MS));
  };

  it('gives the CR as it would be stored, defaults included, and stores nothing', async () => {
    const before = await server.send('GET', pathOf({ version }));
    const operations = [{ op: 'add', path: '/spec/workloadSources', value: { enableMultiArchBootImageImport: true } }] as const;
    for (const body of [IMPORT, operations]) {
      const outcome = await ask(body);
      assert.equal(outcome.accepted, true, JSON.stringify(outcome));
      assert.deepEqual(outcome.warnings, []);
      assert.deepEqual(outcome.stored.spec, {
        ...before.spec,
        workloadSources: { enableCommonBootImageImport: true, enableMultiArchBootImageImport: true },
      });
    }
    assert.deepEqual(await server.send('GET', pathOf({ version })), before);
  });

  it('is refused with the path of what is wrong, and without the rest of the CR', async () => {
    const refusals = [
      [{ spec: { workloads: {}, x: 1 } }, 'strict decoding error: unknown field "spec.workloads", unknown field "spec.x"'],
      [
        { spec: { workloadSources: { enableMultiArchBootImageImport: 'on' } } },
        'spec.workloadSources.enableMultiArchBootImageImport: Invalid value: "string": spec.workloadSources.enableMultiArchBootImageImport in body must be of type boolean: "string"',
      ],
      [
        { spec: { featureGates: [{ name: 'a' }, { name: 'A' }] } },
        'spec.featureGates: Invalid value: "array": feature gate names must be unique (case-insensitive)',
      ],
      [{ metadata: { annotations: { a: 1 } } }, 'json: cannot unmarshal number into Go struct field ObjectMeta.annotations of type string'],
      [
        [{ op: 'test', path: '/metadata/generation', value: 7 }],
        'the server rejected our request due to an error in our request: a test of the JSON Patch does not hold, or a path is not there',
      ],
    ] as const;
    for (const [body, reason] of refusals) assert.deepEqual(await ask(body), { accepted: false, reason, warnings: [] });
  });

  it('is nobody’s answer where the CR is gone', async () => {
    await server.send('DELETE', pathOf({ version }));
    const outcome = await ask();
    assert.ok(outcome.accepted === null && /not there any more/.test(outcome.reason), JSON.stringify(outcome));
  });

  it('is nobody’s answer while the server is stopped', async () => {
    await server.down();
    const outcome = await ask();
    assert.ok(outcome.accepted === null && /ECONNREFUSED/.test(outcome.reason), JSON.stringify(outcome));
  });

  it('needs the component server-dry-run, says so where it is missing, and gets no other right with it', async () => {
    await createNamespace(server, 'archwatch');
    for (const name of LOOKING) {
      await server.send('POST', '/api/v1/namespaces/archwatch/serviceaccounts', { metadata: { name } });
      const kubeconfig = await server.kubeconfigOf({ namespace: 'archwatch', name });
      const outcome = await ask(IMPORT, kubeconfig);
      assert.ok(outcome.accepted === null && /components\/server-dry-run/.test(outcome.reason), JSON.stringify(outcome));
    }
    const applied = await server.kubectl(['apply', '-f', join(REPOSITORY, 'knative/components/server-dry-run/rbac.yaml')]);
    assert.equal(applied.status, 0, applied.stderr);
    for (const name of LOOKING) {
      const kubeconfig = await server.kubeconfigOf({ namespace: 'archwatch', name });
      await waitUntil('the role is known', async () => assert.equal((await ask(IMPORT, kubeconfig)).accepted, true));
      const list = await server.kubectl(['auth', 'can-i', '--list', '--as', `system:serviceaccount:archwatch:${name}`]);
      const granted = list.stdout.split('\n').filter((line) => line.includes('kubevirt'));
      assert.deepEqual(
        granted.map((line) => line.trim().split(/\s{2,}/)),
        [['hyperconvergeds.hco.kubevirt.io', '[]', '[kubevirt-hyperconverged]', '[patch]']],
      );
    }
  });

  it('is refused by a ValidatingAdmissionPolicy, in its words', async () => {
    await addPolicy(server, ['Deny'], 'no imports on Fridays');
    await waitUntil('the policy is in force', async () => assert.equal((await ask()).accepted, false));
    assert.deepEqual(await ask(), {
      accepted: false,
      reason: `hyperconvergeds.hco.kubevirt.io "${NAME}" is forbidden: ValidatingAdmissionPolicy 'test' with binding 'test' denied request: no imports on Fridays`,
      warnings: [],
    });
  });

  it('hands on the warnings of a ValidatingAdmissionPolicy, with every sign of them', async () => {
    await addPolicy(server, ['Warn'], 'not on "Fridays", says Zoë \\ she');
    const warned = await waitUntil('the policy is in force', async () => {
      const outcome = await ask();
      assert.ok(outcome.accepted && outcome.warnings.length > 0);
      return outcome;
    });
    assert.deepEqual(warned.warnings, [
      `Validation failed for ValidatingAdmissionPolicy 'test' with binding 'test': not on "Fridays", says Zoë \\ she`,
    ]);
  });

  it('is refused by a webhook, in its words and with its warnings, whatever status it chooses', async () => {
    const webhook = await startAdmissionWebhook(server, 'ValidatingWebhookConfiguration');
    const warnings = ['one, two', 'three "four"'];
    for (const code of [403, 400, 404, 409, 422, 500]) {
      webhook.answer({ allowed: false, warnings, status: { code, message: 'the fields contradict each other' } });
      await waitUntil('the webhook is asked', async () => assert.equal((await ask()).accepted, false));
      const reason = 'admission webhook "test-hco.kubevirt.io" denied the request: the fields contradict each other';
      assert.deepEqual(await ask(), { accepted: false, reason, warnings }, `${code}`);
    }
    await webhook.stop();
    const outcome = await ask();
    assert.ok(outcome.accepted === null && /failed calling webhook/.test(outcome.reason), JSON.stringify(outcome));
  });

  it('is refused where a webhook’s own patch does not fit: the server calls that an internal error', async () => {
    const webhook = await startAdmissionWebhook(server, 'MutatingWebhookConfiguration');
    const operation = { op: 'add', path: '/spec/nowhere/enableMultiArchBootImageImport', value: true };
    webhook.answer({ allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify([operation])).toString('base64') });
    await waitUntil('the webhook is asked', async () => assert.equal((await ask()).accepted, false));
    const outcome = await ask();
    assert.ok(
      outcome.accepted === false && /add operation does not apply: doc is missing path/.test(outcome.reason),
      JSON.stringify(outcome),
    );
    await webhook.stop();
  });
});

/** A policy against every change of a HyperConverged. */
async function addPolicy(server: ApiServer, validationActions: readonly string[], message: string): Promise<void> {
  const rules = [{ apiGroups: ['hco.kubevirt.io'], apiVersions: ['*'], resources: ['hyperconvergeds'], operations: ['UPDATE'] }];
  await server.send('POST', `${POLICIES}/validatingadmissionpolicies`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'test' },
    spec: { matchConstraints: { resourceRules: rules }, validations: [{ expression: 'false', message }] },
  });
  await server.send('POST', `${POLICIES}/validatingadmissionpolicybindings`, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'test' },
    spec: { policyName: 'test', validationActions },
  });
}
