import assert from 'node:assert/strict';
import { createEmbeddedCluster, type EmbeddedCluster } from '../../../local/embedded-cluster/embedded-cluster.ts';
import type { Release } from '../../../local/embedded-cluster/releases.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { Listening } from '../../../shared/http/server.ts';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { createCluster } from '../../../shared/kubernetes/cluster.ts';
import { readSurroundings } from '../../../shared/kubernetes/read-surroundings.ts';
import type { Images } from '../../../shared/registry/images.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { CLOCK } from '../../helpers/embedded-cluster.ts';
import { silentLog } from '../../helpers/log.ts';
import { connectTo } from '../../helpers/webhook.ts';

const CUSTOM = {
  metadata: { name: 'own-image-cron' },
  spec: {
    managedDataSource: 'own',
    schedule: '0 0 * * *',
    template: { spec: { source: { registry: { url: 'docker://registry.example.org/own:1', secretRef: 'pull' } } } },
  },
};

describe('what is read beside the inputs of the predicates', () => {
  let cluster: EmbeddedCluster;
  let server: Listening | undefined;
  let asked: Parameters<Images['read']>[] = [];
  const readImages: Images['read'] = async (...question) => {
    asked.push(question);
    return new Map([['own-image-cron', { kind: 'known' as const, architectures: ['amd64'] }]]);
  };
  const start = async (release: Release = '1.19') => {
    asked = [];
    cluster = createEmbeddedCluster({ prefix: '', release, now: CLOCK });
    server = await listen(cluster.routes, { port: 0, log: silentLog });
    cluster.addNode({ name: 'worker-1', architecture: 'amd64' });
  };
  const look = async (): Promise<Snapshot> =>
    createCluster({
      connect: await connectTo(`http://localhost:${server?.port}`),
      hyperConverged: undefined,
      now: CLOCK,
      log: silentLog,
      readImages,
    }).look();
  const pathsAsked = () => cluster.requests().map(({ path }) => path);
  afterEach(() => server?.close());

  it('is nothing while no condition is present: no machine is listed, and no registry asked', async () => {
    await start();
    const { kubeVirt, images, counterpart } = await look();
    assert.deepEqual([kubeVirt, images, counterpart, asked], [undefined, undefined, undefined, []]);
    assert.deepEqual(
      pathsAsked().filter((path) => /virtualmachines|v1beta1\/namespaces/.test(path)),
      [],
    );
  });

  it('is the machines, the images of the CR’s own templates, and the CR in the other version', async () => {
    await start();
    cluster.addNode({ name: 'worker-2', architecture: 'arm64' });
    cluster.patchHyperConverged('v1', {
      spec: {
        workloadSources: { dataImportCronTemplates: [CUSTOM], commonBootImageNamespace: 'golden' },
        storage: { storageImport: { insecureRegistries: ['registry.example.org'] } },
      },
    });
    const { kubeVirt, images, counterpart } = await look();
    assert.ok(kubeVirt?.virtualMachines.ok && kubeVirt.instances.ok && kubeVirt.dataSources.ok && kubeVirt.dataVolumes.ok);
    assert.deepEqual(images?.get('own-image-cron'), { kind: 'known', architectures: ['amd64'] });
    assert.equal(counterpart?.ok && counterpart.value.version, 'v1beta1');
    const [[sources, insecure] = []] = asked;
    const url = 'docker://registry.example.org/own:1';
    assert.deepEqual([...(sources ?? [])], [['own-image-cron', { kind: 'registry', url, namespace: 'golden', secretRef: 'pull' }]]);
    assert.deepEqual(insecure, ['registry.example.org']);
  });

  it('has no images where a template is not as its API promises, and the look goes on', async () => {
    await start();
    cluster.addNode({ name: 'worker-2', architecture: 'arm64' });
    const { hyperConverged, ...found } = await look();
    assert.ok(hyperConverged.ok && hyperConverged.value);
    const spec = { workloadSources: { commonBootImageNamespace: 7 } };
    const broken = { ...hyperConverged.value, object: { ...hyperConverged.value.object, spec } };
    const api = await (await connectTo(`http://localhost:${server?.port}`))();
    const surroundings = await readSurroundings(
      api,
      { ...found, hyperConverged: { ok: true, value: broken } },
      readImages,
      AbortSignal.timeout(5_000),
    );
    await api.close();
    assert.deepEqual([surroundings.images, surroundings.kubeVirt?.virtualMachines.ok], [undefined, true]);
  });

  it('has no other version where only one is served', async () => {
    await start('1.17');
    cluster.addNode({ name: 'worker-2', architecture: 'arm64' });
    assert.equal((await look()).counterpart, undefined);
  });
});

describe('a list of machines that hangs', () => {
  const found = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64')], hyperConverged: hyperConverged() });
  const hangs: ApiConnection['get'] = (_path, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  const api: ApiConnection = { get: hangs, send: () => assert.fail('nothing is written'), close: async () => undefined };
  const ends = [
    { what: 'takes a part of a look, and not the whole', machines: undefined },
    { what: 'is given up sooner where the nodes took most of the look', machines: () => AbortSignal.timeout(20) },
  ];
  for (const { what, machines } of ends) {
    it(what, async () => {
      const whole = AbortSignal.timeout(6_000);
      const { kubeVirt } = await readSurroundings(api, found, async () => new Map(), whole, machines?.());
      assert.equal(whole.aborted, false);
      assert.equal(kubeVirt?.virtualMachines.ok === false && kubeVirt.virtualMachines.failure.reason, 'timeout');
    });
  }
});
