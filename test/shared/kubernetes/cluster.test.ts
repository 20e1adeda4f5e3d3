import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import type { Outage } from '../../../local/embedded-cluster/outage.ts';
import type { Release } from '../../../local/embedded-cluster/releases.ts';
import type { Read } from '../../../shared/golden-images/read.ts';
import { failedReads, type Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { HttpAnswer, HttpRequest, Route } from '../../../shared/http/route.ts';
import type { Listening } from '../../../shared/http/server.ts';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { createCluster, LOOK_TIME_MS } from '../../../shared/kubernetes/cluster.ts';
import type { NamespacedName } from '../../../shared/kubernetes/read-hyperconverged.ts';
import { CLOCK } from '../../helpers/embedded-cluster.ts';
import { recordingLog, silentLog } from '../../helpers/log.ts';
import { connectTo } from '../../helpers/webhook.ts';

const HCO = '/apis/hco.kubevirt.io';
const NODES = '/api/v1/nodes';
const LIST = `${HCO}/v1/hyperconvergeds`;

/** An answer of the API server that the embedded one would not give. */
type Instead = Pick<Route, 'path' | 'handle'>;

describe('one look at a cluster', () => {
  let cluster: EmbeddedCluster;
  let server: Listening | undefined;
  const start = async (release: Release = '1.19', instead: readonly Instead[] = []) => {
    cluster = createEmbeddedCluster({ prefix: '', release, now: CLOCK });
    const overriding = instead.map((route): Route => ({ method: 'get', ...route }));
    server = await listen([...overriding, ...cluster.routes], { port: 0, log: silentLog });
    return `http://localhost:${server.port}`;
  };
  const stop = async () => {
    cluster.setOutage(undefined);
    await server?.close();
    server = undefined;
  };
  afterEach(stop);
  const addWorkers = (number: number) => {
    for (let index = 0; index < number; index++) cluster.addNode({ name: nameOf(index), architecture: index % 2 ? 'arm64' : 'amd64' });
  };
  const look = async (url: string, hyperConverged?: NamespacedName): Promise<Snapshot> =>
    createCluster({ connect: await connectTo(url), hyperConverged, now: CLOCK, log: silentLog }).look();
  const pagesAsked = () => cluster.requests().filter(({ path }) => path === NODES).length;

  const releases = [
    { release: '1.17', reads: 'v1beta1', versions: ['v1beta1'], field: false },
    { release: '1.18', reads: 'v1beta1', versions: ['v1', 'v1beta1'], field: false },
    { release: '1.19', reads: 'v1', versions: ['v1', 'v1beta1'], field: true },
  ] as const;
  for (const { release, reads, versions, field } of releases) {
    it(`reads HyperConverged ${release} as ${reads}, and what the server serves`, async () => {
      const url = await start(release);
      addWorkers(2);
      const { takenAt, hyperConverged, nodes, served } = await look(url);
      assert.equal(readValue(hyperConverged)?.version, reads);
      assert.deepEqual(readValue(hyperConverged)?.object, cluster.hyperConverged(reads));
      const { schema, ...said } = served ?? {};
      assert.deepEqual(said, {
        ...{ versions, preferred: versions[0], v1HasImportField: { ok: true, value: field }, hasSsp: { ok: true, value: true } },
      });
      assert.deepEqual([schema?.version, schema?.read.ok], [reads, true]);
      assert.deepEqual(
        readValue(nodes).map(({ name, architecture, ready }) => [name, architecture, ready]),
        [
          ['worker-000', 'amd64', true],
          ['worker-001', 'arm64', true],
        ],
      );
      assert.equal(takenAt, CLOCK().toISOString());
    });
  }

  it('reads all pages of the nodes', async () => {
    const url = await start();
    addWorkers(230);
    const { nodes } = await look(url);
    assert.deepEqual(
      readValue(nodes).map(({ name }) => name),
      Array.from({ length: 230 }, (_, index) => nameOf(index)),
    );
    assert.equal(pagesAsked(), 3);
  });

  it('begins again when the list expires while it is read, and has each node once', async () => {
    const url = await start();
    addWorkers(130);
    cluster.expireNextPage();
    const { nodes } = await look(url);
    assert.equal(readValue(nodes).length, 130);
    assert.equal(new Set(readValue(nodes).map(({ name }) => name)).size, 130);
    assert.equal(pagesAsked(), 4);
  });

  it('gives up a list that never stops expiring', async () => {
    const firstPage = ok({ kind: 'NodeList', metadata: { continue: 'next' }, items: [] });
    const expired = async ({ query }: HttpRequest) => (query.has('continue') ? { status: 410, body: 'too old' } : firstPage);
    const { nodes } = await look(await start('1.19', [{ path: NODES, handle: expired }]));
    assert.deepEqual(nodes, failed('nodes', 'server-error', 'the list expired 4 times while it was read'));
  });

  it('keeps of a node’s labels those that decide something, and those that the placement names', async () => {
    const url = await start();
    const labels = { 'node-role.kubernetes.io/worker': '', 'karpenter.sh/nodepool': 'arm', zone: 'a', rack: '7' };
    cluster.addNode({ name: 'worker-1', architecture: 'arm64', labels });
    const kept = {
      'kubernetes.io/arch': 'arm64',
      'kubevirt.io/schedulable': 'true',
      'node-role.kubernetes.io/worker': '',
      'karpenter.sh/nodepool': 'arm',
    };
    assert.deepEqual(readValue((await look(url)).nodes)[0]?.labels, kept);
    cluster.patchHyperConverged('v1', { spec: { deployment: { nodePlacements: { workload: { nodeSelector: { zone: 'a' } } } } } });
    assert.deepEqual(readValue((await look(url)).nodes)[0]?.labels, { ...kept, zone: 'a' });
  });

  describe('fails for a reason', () => {
    const HYPERCONVERGEDS = 'hyperconvergeds.hco.kubevirt.io';
    const FORBIDDEN = /: 403 nodes is forbidden: User ".+" cannot list resource "nodes"/;
    const outages: readonly { outage: Outage; hyperConverged: string; nodes: string; says: RegExp }[] = [
      { outage: 'refused-503', hyperConverged: 'server-error', nodes: 'server-error', says: /: 503 the server is currently unable/ },
      { outage: 'forbidden', hyperConverged: 'forbidden', nodes: 'forbidden', says: FORBIDDEN },
      { outage: 'half-a-list', hyperConverged: 'read', nodes: 'server-error', says: /: 500 etcdserver: request timed out/ },
      { outage: 'no-such-kind', hyperConverged: 'not-served', nodes: 'read', says: /: 404 the server could not find/ },
    ];
    for (const { outage, hyperConverged, nodes, says } of outages) {
      it(`${outage}: HyperConverged ${hyperConverged}, nodes ${nodes}`, async () => {
        const url = await start();
        addWorkers(4);
        cluster.setOutage(outage);
        const snapshot = await look(url);
        assert.deepEqual([reasonOf(snapshot.hyperConverged), reasonOf(snapshot.nodes)], [hyperConverged, nodes]);
        assert.match(failedReads(snapshot).at(-1)?.detail ?? '', says);
      });
    }

    it('refused connection: both are unreachable', async () => {
      const url = await start();
      await stop();
      const { hyperConverged, nodes } = await look(url);
      assert.deepEqual([reasonOf(hyperConverged), reasonOf(nodes)], ['unreachable', 'unreachable']);
      assert.match(hyperConverged.ok ? '' : hyperConverged.failure.detail, /ECONNREFUSED/);
    });

    it('no answer: both time out, within the time of a look', async () => {
      const url = await start();
      cluster.setOutage('hang');
      const began = performance.now();
      const { hyperConverged, nodes } = await look(url);
      assert.deepEqual([reasonOf(hyperConverged), reasonOf(nodes)], ['timeout', 'timeout']);
      assert.ok(performance.now() - began < LOOK_TIME_MS + 1_000);
    });

    it('no connection at all: one failure, not two, and what a credential plugin said is in the log only', async () => {
      const connect = () => Promise.reject(new Error('plugin: the secret is 42'));
      const log = recordingLog();
      const found = failedReads(await createCluster({ connect, hyperConverged: undefined, now: CLOCK, log }).look());
      assert.deepEqual(
        found.map(({ resource, reason }) => [resource, reason]),
        [['the API server', 'unauthorized']],
      );
      assert.ok(!JSON.stringify(found).includes('42'));
      assert.match(String(log.lines.map(({ fields }) => Object.values(fields))), /the secret is 42/);
    });

    const answers: readonly { when: string; path: string; answer: HttpAnswer; resource: string; reason: string; says: RegExp }[] = [
      {
        when: 'the nodes are {}',
        path: NODES,
        answer: ok({}),
        resource: 'nodes',
        reason: 'server-error',
        says: /^the answer is not a NodeList$/,
      },
      { when: 'the nodes are null', path: NODES, answer: ok(null), resource: 'nodes', reason: 'server-error', says: /not a NodeList/ },
      {
        when: 'the CRs are {}',
        path: LIST,
        answer: ok({}),
        resource: HYPERCONVERGEDS,
        reason: 'server-error',
        says: /not a HyperConvergedList/,
      },
      { when: 'the group is {}', path: HCO, answer: ok({}), resource: HYPERCONVERGEDS, reason: 'server-error', says: /not a APIGroup/ },
      {
        when: 'the group is a plain-text 404',
        path: HCO,
        answer: { status: 404, body: '404 page not found\n' },
        resource: HYPERCONVERGEDS,
        reason: 'not-served',
        says: /: 404 404 page not found/,
      },
      {
        when: 'only versions that nobody knows are served',
        path: HCO,
        answer: ok({ kind: 'APIGroup', versions: [{ version: 'v2' }], preferredVersion: { version: 'v2' } }),
        resource: HYPERCONVERGEDS,
        reason: 'not-served',
        says: /is served as v2, and only v1 and v1beta1 are known/,
      },
      {
        when: 'the answer is a page for people',
        path: NODES,
        answer: { status: 200, body: '<html>' },
        resource: 'nodes',
        reason: 'server-error',
        says: /not JSON/,
      },
      {
        when: 'the credentials are not accepted',
        path: NODES,
        answer: { status: 401, body: '{"message":"Unauthorized"}' },
        resource: 'nodes',
        reason: 'unauthorized',
        says: /: 401 Unauthorized$/,
      },
      {
        when: 'a proxy ran out of time',
        path: NODES,
        answer: { status: 504, body: '' },
        resource: 'nodes',
        reason: 'timeout',
        says: /: 504/,
      },
      {
        when: 'there are too many requests',
        path: NODES,
        answer: { status: 429, body: '' },
        resource: 'nodes',
        reason: 'server-error',
        says: /: 429/,
      },
      {
        when: 'a node has no name',
        path: NODES,
        answer: ok({ kind: 'NodeList', metadata: {}, items: [{}] }),
        resource: 'nodes',
        reason: 'malformed',
        says: /a Node without metadata\.name/,
      },
      {
        when: 'the CR has a spec that is no object',
        path: LIST,
        answer: ok({ kind: 'HyperConvergedList', items: [{ ...crOf({ namespace: 'a', name: 'b' }), spec: 'none' }] }),
        resource: HYPERCONVERGEDS,
        reason: 'malformed',
        says: /spec is not an object/,
      },
    ];
    for (const { when, path, answer, resource, reason, says } of answers) {
      it(`${reason} when ${when}`, async () => {
        const snapshot = await look(await start('1.19', [always(path, answer)]));
        const [failure, ...more] = failedReads(snapshot);
        assert.deepEqual([failure?.resource, failure?.reason, more], [resource, reason, []]);
        assert.match(failure?.detail ?? '', says);
      });
    }
  });

  describe('finds the HyperConverged', () => {
    const one = { namespace: 'one', name: 'hco' };
    const two = { namespace: 'two', name: 'hco' };
    const cases = [
      { when: 'it is the only one', there: [one], wanted: undefined, found: 'one/hco' },
      { when: 'it is the wanted one', there: [one, two], wanted: two, found: 'two/hco' },
      { when: 'it is the only one and the wanted one', there: [one], wanted: one, found: 'one/hco' },
    ];
    for (const { when, there, wanted, found } of cases) {
      it(`when ${when}`, async () => {
        const hyperConverged = readValue((await look(await start('1.19', [always(LIST, crList(...there))]), wanted)).hyperConverged);
        assert.equal(`${hyperConverged?.namespace}/${hyperConverged?.name}`, found);
      });
    }

    const TWO = 'there are 2 HyperConverged (one/hco, two/hco): set HYPERCONVERGED to namespace/name of one';
    const ambiguous = [
      { when: 'there are two and none is wanted', there: [two, one], wanted: undefined, says: TWO },
      { when: 'the wanted one is not there', there: [one], wanted: two, says: 'HYPERCONVERGED names two/hco, and the cluster has one/hco' },
    ];
    for (const { when, there, wanted, says } of ambiguous) {
      it(`not when ${when}, and says what to set`, async () => {
        const { hyperConverged, nodes } = await look(await start('1.19', [always(LIST, crList(...there))]), wanted);
        assert.deepEqual(hyperConverged, failed('hyperconvergeds.hco.kubevirt.io', 'ambiguous', says));
        assert.equal(nodes.ok, true);
      });
    }

    for (const items of [[], null]) {
      it(`not in a complete list of ${JSON.stringify(items)}: that is a value, and no failure`, async () => {
        const url = await start('1.19', [always(LIST, ok({ kind: 'HyperConvergedList', items }))]);
        assert.deepEqual((await look(url)).hyperConverged, { ok: true, value: undefined });
      });
    }

    it('in the version that every release takes where the schema cannot be read, and says so', async () => {
      const path = '/openapi/v3/apis/hco.kubevirt.io/v1';
      const { hyperConverged, served } = await look(await start('1.18', [always(path, { status: 503, body: '' })]));
      assert.equal(readValue(hyperConverged)?.version, 'v1beta1');
      assert.equal(reasonOf(served?.v1HasImportField), 'server-error');
    });
  });

  it('gives up on credentials that do not come, and closes the connection that comes too late', async () => {
    const late = Promise.withResolvers<ApiConnection>();
    const closed = Promise.withResolvers<void>();
    const connect = () => late.promise;
    const { nodes, hyperConverged } = await createCluster({
      connect,
      hyperConverged: undefined,
      now: CLOCK,
      log: silentLog,
      lookTimeMs: 20,
    }).look();
    assert.deepEqual([reasonOf(nodes), reasonOf(hyperConverged)], ['timeout', 'timeout']);
    const unasked = () => Promise.reject(new Error('nobody asks'));
    late.resolve({ get: unasked, send: unasked, close: async () => closed.resolve() });
    await closed.promise;
  });

  it('closes its connection, whatever it found', async () => {
    const connect = await connectTo(await start());
    let open = 0;
    const counting = async () => {
      const connection = await connect();
      open += 1;
      const close = () => {
        open -= 1;
        return connection.close();
      };
      return { ...connection, close };
    };
    for (const outage of [undefined, 'refused-503', 'forbidden'] as const) {
      cluster.setOutage(outage);
      await createCluster({ connect: counting, hyperConverged: undefined, now: CLOCK, log: silentLog }).look();
      assert.equal(open, 0);
    }
  });
});

const nameOf = (index: number) => `worker-${String(index).padStart(3, '0')}`;

function always(path: string, answer: HttpAnswer): Instead {
  return { path, handle: async () => answer };
}

function ok(value: unknown): HttpAnswer {
  return { status: 200, body: JSON.stringify(value) };
}

function crList(...found: readonly NamespacedName[]): HttpAnswer {
  return ok({ kind: 'HyperConvergedList', items: found.map(crOf) });
}

function crOf(metadata: NamespacedName): object {
  return { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata, spec: {}, status: {} };
}

function readValue<T>(read: Read<T>): T {
  if (!read.ok) throw new Error(`not read: ${read.failure.detail}`);
  return read.value;
}

function reasonOf(read: Read<unknown> | undefined): string {
  return read === undefined ? 'not asked' : read.ok ? 'read' : read.failure.reason;
}

function failed(resource: string, reason: string, detail: string): object {
  return { ok: false, failure: { resource, reason, detail } };
}
