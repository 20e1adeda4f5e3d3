/** What a component lets functions do is tried with their own tokens, here in another namespace than the usual one. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Read } from '../../../shared/golden-images/read.ts';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import { createRegistryAccess } from '../../../shared/kubernetes/read-image-sources.ts';
import { blockWith } from '../../docs/pages.ts';
import { KNATIVE, type Manifest } from '../../knative/manifests.ts';
import { addHyperConverged, pathOf } from '../hyperconverged.ts';
import { lookWith } from '../look.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { createNamespace, createNode, createObject } from '../servers/objects.ts';
import { crdFile, hyperConvergedCrd } from '../servers/paths.ts';
import { waitUntil } from '../servers/wait.ts';
import { type Caller, createCaller } from './caller.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { decide, render, TOGETHER } from './installation.ts';
import { tryWithoutEach } from './too-many.ts';

const NAMESPACE = 'golden-images';
const IMAGES = 'kubevirt-os-images';
const CRDS = [...KNATIVE_CRDS, ...MONITORING_CRDS, crdFile('kubevirt-open')];
const LOOKING = ['alertmanager-webhook', 'node-events', 'slack-actions'];
const TIME_MS = 10_000;
const RBAC = 'rbac.authorization.k8s.io/v1';
const DISCOVERY = ['GET /.well-known/openid-configuration', 'GET /openid/v1/jwks'];
const PATCH = { metadata: { annotations: { a: 'b' } } };

describe('what a component allows', () => {
  let server: ApiServer;
  let folder: string;
  const callers = new Map<string, Caller>();
  const call = (name: string, line: string, body?: object) => callers.get(name)?.call(line, body) ?? Promise.reject(new Error(name));
  const kubeconfigOf = (name: string) => callers.get(name)?.kubeconfig ?? '';

  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19'), ...CRDS], authorization: 'RBAC' });
    await addHyperConverged(server, { version: 'v1' });
    for (const [index, architecture] of ['amd64', 'arm64'].entries()) await createNode(server, { name: `worker-${index}`, architecture });
    for (const name of [IMAGES, 'openshift-monitoring']) await createNamespace(server, name);
    const secret = { accessKeyId: 'robot', secretKey: 'of-the-registry' };
    await createObject(server, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'registry', namespace: IMAGES }, stringData: secret });
    await createObject(server, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'authority', namespace: IMAGES },
      data: { ca: 'PEM' },
    });
    // As OpenShift's monitoring operator ships them: assets/cluster-monitoring-operator/monitoring-alertmanager-{view,edit}-role.yaml.
    for (const [name, verbs] of [
      ['monitoring-alertmanager-view', ['get', 'list']],
      ['monitoring-alertmanager-edit', ['*']],
    ] as const) {
      const rules = [{ apiGroups: ['monitoring.coreos.com'], resources: ['alertmanagers/api'], resourceNames: ['main'], verbs }];
      const metadata = { name, namespace: 'openshift-monitoring' };
      await createObject(server, { apiVersion: RBAC, kind: 'Role', metadata, rules });
    }
    // Somebody closed what Kubernetes opens to every service account.
    await server.send('DELETE', `/apis/${RBAC}/clusterrolebindings/system:service-account-issuer-discovery`);
    folder = await decide({ namespace: NAMESPACE, components: TOGETHER });
    const { status, stderr } = await server.kubectl(['apply', '-k', folder, '--server-side']);
    assert.equal(status, 0, stderr);
    for (const name of [...LOOKING, 'dead-letter']) callers.set(name, await createCaller(server, { namespace: NAMESPACE, name }));
  });
  after(() => server.stop());

  for (const name of LOOKING) {
    it(`virtual-machines: ${name} reads machines, their instances, and the images that they came from, and no more of KubeVirt`, async () => {
      await waitUntil('the roles are known', async () => {
        const { kubeVirt } = (await lookWith(kubeconfigOf(name))).snapshot;
        assert.ok(kubeVirt);
        assert.deepEqual(
          Object.values(kubeVirt).filter((read: Read<unknown>) => !read.ok),
          [],
        );
      });
      for (const line of [
        'GET /apis/kubevirt.io/v1/virtualmachines?watch=true',
        `PATCH /apis/kubevirt.io/v1/namespaces/a/virtualmachines/b`,
      ]) {
        assert.equal(await call(name, line, PATCH), 403, line);
      }
    });

    it(`registry-credentials: ${name} reads what a template names, where golden images are, and lists nothing`, async () => {
      const api = await kubernetes({ KUBECONFIG: kubeconfigOf(name) }).connect();
      try {
        const access = createRegistryAccess(api, AbortSignal.timeout(TIME_MS));
        assert.deepEqual(await access.credentials(IMAGES, 'registry'), {
          ok: true,
          value: { username: 'robot', password: 'of-the-registry' },
        });
        assert.deepEqual(await access.certificates(IMAGES, 'authority'), { ok: true, value: ['PEM'] });
        assert.deepEqual(await access.imageStreamTag(IMAGES, 'fedora:latest'), { ok: true, value: undefined }, 'allowed, and not there');
        const elsewhere = [await access.credentials(NAMESPACE, 'archwatch-slack'), await access.imageStreamTag('openshift', 'a:b')];
        assert.deepEqual(
          elsewhere.map((read) => !read.ok && read.failure.reason),
          ['forbidden', 'forbidden'],
        );
      } finally {
        await api.close();
      }
      for (const what of ['secrets', 'configmaps']) assert.equal(await call(name, `GET /api/v1/namespaces/${IMAGES}/${what}`), 403, what);
    });

    it(`server-dry-run: ${name} may have a change of the HyperConverged tried, and so, by RBAC, made`, async () => {
      assert.equal(await call(name, `PATCH ${pathOf({ version: 'v1' })}?dryRun=All`, PATCH), 200);
      assert.equal(await call(name, `DELETE ${pathOf({ version: 'v1' })}?dryRun=All`), 403);
    });

    it(`in another namespace, ${name} still knows how the operator does`, async () => {
      const { operator } = (await lookWith(kubeconfigOf(name))).snapshot;
      assert.equal(operator?.ok, true);
    });
  }

  it('none of them: dead-letter gets nothing by any', async () => {
    const lines = ['GET /apis/kubevirt.io/v1/virtualmachines', `GET /api/v1/namespaces/${IMAGES}/secrets/registry`];
    for (const line of [...lines, `PATCH ${pathOf({ version: 'v1' })}?dryRun=All`])
      assert.equal(await call('dead-letter', line, PATCH), 403, line);
  });

  it('alertmanager-api-openshift and silences: node-events may read alerts, slack-actions silence them, and nobody else either', async () => {
    await waitUntil('the roles are known', async () =>
      assert.deepEqual([await may('node-events', 'get'), await may('slack-actions', 'create')], [true, true]),
    );
    assert.equal(await may('node-events', 'create'), false);
    for (const name of ['alertmanager-webhook', 'dead-letter'])
      assert.deepEqual([await may(name, 'get'), await may(name, 'create')], [false, false], name);
  });

  it('knative-oidc: node-events and dead-letter may know who issues tokens, also where that is not open to everybody', async () => {
    for (const line of DISCOVERY) {
      for (const name of ['node-events', 'dead-letter']) assert.equal(await call(name, line), 200, `${name}: ${line}`);
      for (const name of ['alertmanager-webhook', 'slack-actions']) assert.equal(await call(name, line), 403, `${name}: ${line}`);
    }
  });

  it('knative-oidc: the ping by hand of the runbook has a token that node-events takes', async () => {
    const account = 'changes-oidc-eventing.knative.dev-trigger';
    await createObject(server, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: NAMESPACE } });
    const trigger = `/apis/eventing.knative.dev/v1/namespaces/${NAMESPACE}/triggers/changes`;
    await server.send('PATCH', `${trigger}/status`, { status: { auth: { serviceAccountName: account } } });
    const [block = ''] = blockWith('docs/runbooks/ArchwatchStaleFacts.md', 'create token').split('kubectl run');
    const { status, stdout, stderr } = await server.runShell(
      `set -e\n${block.replaceAll('-n archwatch', `-n ${NAMESPACE}`)}\necho "$TOKEN"`,
    );
    assert.equal(status, 0, stderr);
    const { aud, sub } = JSON.parse(Buffer.from(stdout.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const services: readonly Manifest[] = (await server.send('GET', `/apis/serving.knative.dev/v1/namespaces/${NAMESPACE}/services`)).items;
    const own = services.find(({ metadata }) => metadata.name === 'node-events')?.spec.template.spec.containers[0].env;
    const variable = (name: string): string => own.find((one: Manifest) => one.name === name).value.replaceAll('$(NAMESPACE)', NAMESPACE);
    assert.deepEqual(aud, [variable('OIDC_AUDIENCE')]);
    assert.ok(variable('OIDC_SUBJECTS').split(',').includes(sub), sub);
  });

  it('is nothing too much: without any one verb of any one resource, or any one account, somebody cannot do what it needs', async () => {
    const isAccess = ({ kind }: Manifest) => /^(Cluster)?Role(Binding)?$/.test(kind);
    const inBase = (await render(join(KNATIVE, 'base'))).filter(isAccess).map(({ kind, metadata }) => `${kind} ${metadata.name}`);
    const added = (await render(folder)).filter(isAccess).filter(({ kind, metadata }) => !inBase.includes(`${kind} ${metadata.name}`));
    await waitUntil('the roles are known', async () => assert.deepEqual(await problems(), []));
    assert.equal(await tryWithoutEach(server, added, problems), 21);
  });

  /** What somebody cannot do for which a component is there. */
  async function problems(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const name of LOOKING) found.push(...(await readProblems(name)), ...(await dryRunProblems(name)));
    if (!(await may('node-events', 'get'))) found.push('node-events is forbidden to read alerts');
    if (!(await may('slack-actions', 'create'))) found.push('slack-actions is forbidden to silence');
    for (const name of ['node-events', 'dead-letter']) {
      for (const line of DISCOVERY) if ((await call(name, line)) === 403) found.push(`${name}: ${line} is forbidden`);
    }
    return found;
  }

  async function dryRunProblems(name: string): Promise<readonly string[]> {
    const status = await call(name, `PATCH ${pathOf({ version: 'v1' })}?dryRun=All`, PATCH);
    return status === 403 ? [`${name} is forbidden a dry run`] : [];
  }

  async function readProblems(name: string): Promise<readonly string[]> {
    const { kubeVirt } = (await lookWith(kubeconfigOf(name))).snapshot;
    assert.ok(kubeVirt);
    const api = await kubernetes({ KUBECONFIG: kubeconfigOf(name) }).connect();
    try {
      const access = createRegistryAccess(api, AbortSignal.timeout(TIME_MS));
      const named = [
        access.credentials(IMAGES, 'registry'),
        access.certificates(IMAGES, 'authority'),
        access.imageStreamTag(IMAGES, 'fedora:latest'),
      ];
      const reads: readonly Read<unknown>[] = [...Object.values(kubeVirt), ...(await Promise.all<Read<unknown>>(named))];
      return reads.flatMap((read) => (read.ok ? [] : [`${name}: ${read.failure.reason}: ${read.failure.detail}`]));
    } finally {
      await api.close();
    }
  }

  async function may(name: string, verb: string): Promise<boolean> {
    const resourceAttributes = {
      namespace: 'openshift-monitoring',
      verb,
      group: 'monitoring.coreos.com',
      resource: 'alertmanagers',
      subresource: 'api',
      name: 'main',
    };
    const spec = { user: `system:serviceaccount:${NAMESPACE}:${name}`, resourceAttributes };
    const { status } = await server.send('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { spec });
    return status.allowed;
  }
});
