/** The reader against real API servers: it finds the version to read, reads all pages, and says why it could not read. */
import assert from 'node:assert/strict';
import type { FailedRead, Read } from '../../shared/golden-images/read.ts';
import { failedReads, type Snapshot } from '../../shared/golden-images/snapshot.ts';
import { judge } from '../../shared/judge.ts';
import { addHyperConverged, NAME } from './hyperconverged.ts';
import { lookWith } from './look.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { applyCrds } from './servers/crds.ts';
import { createNamespace, createNode, createObject, deleteAll } from './servers/objects.ts';
import { type HyperConvergedRelease, hyperConvergedCrd, type TruthName } from './servers/paths.ts';
import { waitUntil } from './servers/wait.ts';
import { answerOf, type Dump, readTruth } from './truth.ts';

const NODES = 250;
const SAMPLE = 12;

interface Release {
  readonly release: HyperConvergedRelease;
  /** The API version that its remedies are written in. */
  readonly version: 'v1' | 'v1beta1';
  readonly truth: readonly TruthName[];
}

const releases: readonly Release[] = [
  { release: '1.17', version: 'v1beta1', truth: ['1.17'] },
  { release: '1.18', version: 'v1beta1', truth: ['1.18'] },
  { release: '1.19', version: 'v1', truth: ['1.19', '1.19-webhooks'] },
];

for (const { release, version, truth } of releases) {
  describe(`a look at an API server with HyperConverged ${release}`, () => {
    let server: ApiServer;
    before(async () => {
      server = await startApiServer({ crds: [hyperConvergedCrd(release)], authorization: 'RBAC' });
    });
    afterEach(() => deleteAll(server));
    after(() => server.stop());

    it(`reads ${version} and ${NODES} nodes in pages, and judges that the condition is present`, async () => {
      await addHyperConverged(server, { version });
      await addNodes(server, NODES);
      const { snapshot, asked } = await lookWith(server.kubeconfig);
      assert.deepEqual([valueIn(snapshot.hyperConverged)?.version, valueIn(snapshot.nodes).length], [version, NODES]);
      assert.equal(new Set(valueIn(snapshot.nodes).map(({ name }) => name)).size, NODES);
      assert.deepEqual(asked.filter((path) => path.startsWith('/api/v1/nodes')).map(withoutToken), [
        '/api/v1/nodes?limit=100',
        '/api/v1/nodes?limit=100&continue=',
        '/api/v1/nodes?limit=100&continue=',
      ]);
      assert.deepEqual(
        asked.filter((path) => path.endsWith('/hyperconvergeds')),
        [`/apis/hco.kubevirt.io/${version}/hyperconvergeds`],
      );
      const condition = conditionOf(snapshot);
      assert.equal(condition?.kind, 'present');
      assert.deepEqual(condition.evidence.architectures.workload, ['amd64', 'arm64']);
    });

    it('is forbidden, and nothing is absent, where its account may not list a resource', async () => {
      await addHyperConverged(server, { version });
      const granted = {
        nodes: await account(server, 'reads-nodes', ['nodes']),
        hyperConvergeds: await account(server, 'reads-hyperconvergeds', ['hyperconvergeds.hco.kubevirt.io']),
        // The last: the server learns of roles in their order, so when it knows this one it knows them all.
        all: await account(server, 'reads-all', ['nodes', 'hyperconvergeds.hco.kubevirt.io']),
      };
      await waitUntil('the roles are known', async () => assert.equal(failedReads((await lookWith(granted.all)).snapshot).length, 0));
      await assertUnread(granted.hyperConvergeds, {
        resource: 'nodes',
        reason: 'forbidden',
        detail: /reads-hyperconvergeds.* cannot list/,
      });
      await assertUnread(granted.nodes, {
        resource: 'hyperconvergeds.hco.kubevirt.io',
        reason: 'forbidden',
        detail: /reads-nodes.* cannot list/,
      });
    });

    it('is ambiguous with two HyperConverged, says which variable decides, and follows it', async () => {
      for (const namespace of ['one', 'two']) await addHyperConverged(server, { version, namespace });
      await assertUnread(server.kubeconfig, {
        resource: 'hyperconvergeds.hco.kubevirt.io',
        reason: 'ambiguous',
        detail: /one\/kubevirt-hyperconverged, two\/kubevirt-hyperconverged.*HYPERCONVERGED/,
      });
      const { snapshot } = await lookWith(server.kubeconfig, { namespace: 'two', name: NAME });
      assert.equal(valueIn(snapshot.hyperConverged)?.namespace, 'two');
    });

    for (const folder of truth) {
      const dumps = sample(readTruth(folder).filter((dump) => dump.version === version));
      it(`answers as the operator did: ${dumps.length} states of ${folder}`, async () => {
        await createNamespace(server, NAME);
        for (const dump of dumps) {
          for (const object of dump.objects) await createObject(server, object);
          const { snapshot } = await lookWith(server.kubeconfig);
          assert.deepEqual(answerOf(snapshot, dump.answer), dump.answer, dump.state);
          await deleteAll(server);
        }
        assert.equal(dumps.length, SAMPLE);
      });
    }
  });
}

describe('a look at an API server', () => {
  const resource = 'hyperconvergeds.hco.kubevirt.io';
  let server: ApiServer;
  before(async () => {
    server = await startApiServer();
  });
  after(() => server.stop());

  it('is not served where there is no definition of HyperConverged, and the nodes are read all the same', async () => {
    await addNodes(server, 1);
    await assertUnread(server.kubeconfig, { resource, reason: 'not-served', detail: /404/ });
  });

  it('finds no HyperConverged where a complete list has none: that is an answer', async () => {
    await applyCrds(server, [hyperConvergedCrd('1.19')]);
    const condition = conditionOf((await lookWith(server.kubeconfig)).snapshot);
    assert.deepEqual(condition?.kind === 'absent' && condition.cause, 'no-hyperconverged');
  });

  it('is unreachable while the server is stopped, and complete when it is back', async () => {
    await server.down();
    const { snapshot } = await lookWith(server.kubeconfig);
    assert.deepEqual([snapshot.hyperConverged, snapshot.nodes].map(reasonOf), ['unreachable', 'unreachable']);
    assert.equal(conditionOf(snapshot)?.kind, 'unknown');
    await server.up();
    await waitUntil('it is read again', async () => assert.equal(failedReads((await lookWith(server.kubeconfig)).snapshot).length, 0));
  });
});

interface Unread extends Pick<FailedRead, 'resource' | 'reason'> {
  readonly detail: RegExp;
}

/** One part could not be read: the other one was, and the condition is unknown. */
async function assertUnread(kubeconfig: string, { resource, reason, detail }: Unread): Promise<void> {
  const { snapshot } = await lookWith(kubeconfig);
  const [failure, ...others] = failedReads(snapshot);
  assert.deepEqual([failure?.resource, failure?.reason, others], [resource, reason, []]);
  assert.match(failure?.detail ?? '', detail);
  assert.deepEqual(
    judge(snapshot, 'kubectl').map(({ condition }) => condition.kind),
    ['unknown', 'unknown', 'unknown'],
  );
}

/** The kubeconfig of a new service account that may list these resources and do nothing else. */
async function account(server: ApiServer, name: string, resources: readonly string[]): Promise<string> {
  const commands = [
    `kubectl create serviceaccount ${name} -n default`,
    `kubectl create clusterrole ${name} --verb=list ${resources.map((resource) => `--resource=${resource}`).join(' ')}`,
    `kubectl create clusterrolebinding ${name} --clusterrole=${name} --serviceaccount=default:${name}`,
  ];
  const { status, stderr } = await server.runShell(commands.join(' && '));
  assert.equal(status, 0, stderr);
  return server.kubeconfigOf({ namespace: 'default', name });
}

/** Workers, every fifth of them arm64. */
async function addNodes(server: ApiServer, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => `worker-${index + 1}`);
  const architectureOf = (index: number) => (index % 5 === 4 ? 'arm64' : 'amd64');
  const lanes = Object.values(Object.groupBy(names.entries(), ([index]) => index % 10)).map(async (lane = []) => {
    for (const [index, name] of lane) await createNode(server, { name, architecture: architectureOf(index) });
  });
  await Promise.all(lanes);
}

/** Some of each metric, the rarer ones first. */
function sample(dumps: readonly Dump[]): readonly Dump[] {
  const groups = [...Map.groupBy(dumps, ({ answer }) => answer.metric).values()].sort((a, b) => a.length - b.length);
  const ranked = groups.flatMap((group) => group.map((dump, rank) => ({ dump, rank })));
  return ranked
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SAMPLE)
    .map(({ dump }) => dump);
}

function conditionOf(snapshot: Snapshot) {
  return judge(snapshot, 'kubectl').find(({ alert }) => alert === 'HCOMultiArchGoldenImagesDisabled')?.condition;
}

function valueIn<T>(read: Read<T>): T {
  assert.ok(read.ok, JSON.stringify(read));
  return read.value;
}

function reasonOf(read: Read<unknown>): string {
  return read.ok ? 'it was read' : read.failure.reason;
}

/** Only the API server knows what is in it. */
function withoutToken(path: string): string {
  return path.replace(/continue=[^&]+/, 'continue=');
}
