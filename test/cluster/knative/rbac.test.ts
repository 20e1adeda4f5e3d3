/** What each function may do is tried with its own token: all that it needs, nothing that it must not, and no rule that nobody needs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { KNATIVE, type Manifest } from '../../knative/manifests.ts';
import { addHyperConverged, NAME, pathOf } from '../hyperconverged.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { createNamespace, createNode, createObject } from '../servers/objects.ts';
import { crdFile, hyperConvergedCrd } from '../servers/paths.ts';
import { waitUntil } from '../servers/wait.ts';
import { type Caller, createCaller } from './caller.ts';
import { KNATIVE_CRDS } from './definitions.ts';
import { render } from './installation.ts';
import { needs } from './needs.ts';
import { tryWithoutEach } from './too-many.ts';

const NAMESPACE = 'archwatch';
const LOOKING = ['alertmanager-webhook', 'node-events', 'slack-actions'];
const ACCOUNTS = Object.keys(needs);
const RBAC = '/apis/rbac.authorization.k8s.io/v1';

const configMaps = `/api/v1/namespaces/${NAMESPACE}/configmaps`;
const hyperConverged = pathOf({ version: 'v1' });
const PATCH = { metadata: { annotations: { a: 'b' } } };
const NEW = { metadata: { name: 'new' } };

/** What nobody of archwatch may do. */
const FORBIDDEN: readonly (readonly [string, object?])[] = [
  [`GET /api/v1/secrets`],
  [`GET /api/v1/namespaces/${NAMESPACE}/secrets`],
  [`GET /api/v1/namespaces/${NAMESPACE}/secrets/archwatch-slack`],
  [`GET /api/v1/namespaces/${NAME}/secrets`],
  [`GET /api/v1/namespaces/${NAME}/secrets/any`],
  [`PATCH ${hyperConverged}`, PATCH],
  [`PATCH ${hyperConverged}?dryRun=All`, PATCH],
  [`DELETE ${hyperConverged}?dryRun=All`],
  [`POST /apis/hco.kubevirt.io/v1/namespaces/default/hyperconvergeds?dryRun=All`, NEW],
  [`PATCH /api/v1/nodes/worker-0`, PATCH],
  [`GET /api/v1/configmaps`],
  [`GET ${configMaps}`],
  [`GET ${configMaps}/other`],
  [`PATCH ${configMaps}/other`, PATCH],
  [`PUT ${configMaps}/incidents`, { ...NEW, data: {} }],
  [`DELETE ${configMaps}/incidents`],
  [`DELETE ${configMaps}/dead-letters`],
  [`GET /api/v1/namespaces/${NAME}/configmaps/incidents`],
  [`POST /api/v1/namespaces/${NAME}/configmaps`, NEW],
  [`POST /api/v1/namespaces/default/configmaps`, NEW],
  [`GET /api/v1/pods`],
  [`GET /api/v1/namespaces/${NAMESPACE}/pods`],
  [`GET /api/v1/namespaces/${NAME}/pods/any/log`],
  [`DELETE /api/v1/namespaces/${NAME}/pods/any`],
  [`POST /api/v1/namespaces/${NAMESPACE}/pods`, NEW],
  [`POST /api/v1/namespaces/${NAMESPACE}/serviceaccounts/node-events/token`, { spec: {} }],
  [`GET /apis/kubevirt.io/v1/virtualmachines`],
  [`GET /apis/cdi.kubevirt.io/v1beta1/datavolumes`],
  [`GET ${RBAC}/clusterroles`],
  [`PATCH ${RBAC}/clusterroles/archwatch-look`, PATCH],
  [`PATCH /apis/serving.knative.dev/v1/namespaces/${NAMESPACE}/services/node-events`, PATCH],
  [`GET /apis/image.openshift.io/v1/namespaces/kubevirt-os-images/imagestreamtags/a:b`],
];

/** And what only some of them may. */
const FOR_OTHERS: readonly { readonly line: string; readonly body?: object; readonly by: readonly string[] }[] = [
  { line: 'GET /api/v1/nodes', by: [...LOOKING, 'node-source'] },
  { line: 'GET /api/v1/nodes?watch=true', by: ['node-source'] },
  { line: 'GET /apis/hco.kubevirt.io/v1/hyperconvergeds', by: [...LOOKING, 'hyperconverged-source'] },
  { line: 'GET /apis/hco.kubevirt.io/v1/hyperconvergeds?watch=true', by: ['hyperconverged-source'] },
  { line: `GET /api/v1/namespaces/${NAME}/pods`, by: LOOKING },
  { line: `GET ${configMaps}/incidents`, by: LOOKING },
  { line: `PATCH ${configMaps}/incidents`, body: PATCH, by: LOOKING },
  { line: `GET ${configMaps}/dead-letters`, by: ['dead-letter'] },
  { line: `PATCH ${configMaps}/dead-letters`, body: PATCH, by: ['dead-letter'] },
  { line: `POST ${configMaps}?dryRun=All`, body: NEW, by: [...LOOKING, 'dead-letter'] },
];

describe('what an account of the base may do', () => {
  let server: ApiServer;
  const callers = new Map<string, Caller>();
  const callerOf = (name: string) => {
    const caller = callers.get(name);
    assert.ok(caller);
    return caller;
  };
  const problemsOf = (name: string) => needs[name]?.(server, callerOf(name), NAMESPACE) ?? Promise.resolve([`no account ${name}`]);
  /** One after the other: two of them keep the same record. */
  const allProblems = async () => {
    const problems: string[] = [];
    for (const name of ACCOUNTS) problems.push(...(await problemsOf(name)));
    return problems;
  };

  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.19'), crdFile('kubevirt-open'), ...KNATIVE_CRDS], authorization: 'RBAC' });
    await addHyperConverged(server, { version: 'v1' });
    for (const [index, architecture] of ['amd64', 'arm64'].entries()) await createNode(server, { name: `worker-${index}`, architecture });
    await createNamespace(server, 'kubevirt-os-images');
    const { status, stderr } = await server.kubectl(['apply', '-k', join(KNATIVE, 'base'), '--server-side']);
    assert.equal(status, 0, stderr);
    for (const name of ['incidents', 'dead-letters', 'other']) {
      await createObject(server, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE } });
    }
    for (const name of ACCOUNTS) callers.set(name, await createCaller(server, { namespace: NAMESPACE, name }));
  });
  after(() => server.stop());

  it('is tried for every account that there is', async () => {
    const { items } = await server.send('GET', `/api/v1/namespaces/${NAMESPACE}/serviceaccounts`);
    assert.deepEqual(items.map(({ metadata }: Manifest) => metadata.name).sort(), ACCOUNTS.toSorted());
  });

  for (const name of ACCOUNTS) {
    it(`is all that ${name} needs`, async () => {
      await waitUntil('the roles are known', async () => assert.deepEqual(await problemsOf(name), []));
    });

    it(`is nothing that ${name} must not do`, async () => {
      const { call } = callerOf(name);
      for (const [line, body] of FORBIDDEN) assert.equal(await call(line, body), 403, line);
    });
  }

  it('differs: each has its own', async () => {
    for (const { line, body, by } of FOR_OTHERS) {
      const allowed = await Promise.all(ACCOUNTS.map(async (name) => ({ name, status: await callerOf(name).call(line, body) })));
      assert.deepEqual(
        allowed
          .filter(({ status }) => status !== 403)
          .map(({ name }) => name)
          .sort(),
        by.toSorted(),
        line,
      );
    }
  });

  it('has no rule too many: without any one verb of any one resource somebody cannot do what it needs', async () => {
    const roles = (await render(join(KNATIVE, 'base'))).filter(({ kind }) => kind === 'Role' || kind === 'ClusterRole');
    assert.equal(await tryWithoutEach(server, roles, allProblems), 15);
  });
});
