/** What a component lets functions do is tried with their own tokens, here in another namespace than the usual one. */
import assert from 'node:assert/strict';
import type { Read } from '../../../shared/golden-images/read.ts';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import { createRegistryAccess } from '../../../shared/kubernetes/read-image-sources.ts';
import { addHyperConverged, pathOf } from '../hyperconverged.ts';
import { lookWith } from '../look.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { createNamespace, createNode, createObject } from '../servers/objects.ts';
import { crdFile, hyperConvergedCrd } from '../servers/paths.ts';
import { waitUntil } from '../servers/wait.ts';
import { type Caller, createCaller } from './caller.ts';
import { KNATIVE_CRDS, MONITORING_CRDS } from './definitions.ts';
import { decide, TOGETHER } from './installation.ts';

const NAMESPACE = 'golden-images';
const IMAGES = 'kubevirt-os-images';
const CRDS = [...KNATIVE_CRDS, ...MONITORING_CRDS, crdFile('kubevirt-open')];
const LOOKING = ['alertmanager-webhook', 'node-events', 'slack-actions'];
const TIME_MS = 10_000;
const PATCH = { metadata: { annotations: { a: 'b' } } };

describe('what a component allows', () => {
  let server: ApiServer;
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
    const folder = await decide({ namespace: NAMESPACE, components: TOGETHER });
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
    // As OpenShift's monitoring operator ships them: assets/cluster-monitoring-operator/monitoring-alertmanager-{view,edit}-role.yaml.
    for (const [name, verbs] of [
      ['monitoring-alertmanager-view', ['get', 'list']],
      ['monitoring-alertmanager-edit', ['*']],
    ] as const) {
      const rules = [{ apiGroups: ['monitoring.coreos.com'], resources: ['alertmanagers/api'], resourceNames: ['main'], verbs }];
      const metadata = { name, namespace: 'openshift-monitoring' };
      await createObject(server, { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules });
    }
    const may = async (name: string, verb: string) => {
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
    };
    await waitUntil('the roles are known', async () =>
      assert.deepEqual([await may('node-events', 'get'), await may('slack-actions', 'create')], [true, true]),
    );
    assert.equal(await may('node-events', 'create'), false);
    for (const name of ['alertmanager-webhook', 'dead-letter'])
      assert.deepEqual([await may(name, 'get'), await may(name, 'create')], [false, false], name);
  });
});
