/** The servers that the other tests here stand on: each can be started, does its work, and can be stopped. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { startAlertmanager } from './servers/alertmanager.ts';
import { type ApiServer, startApiServer } from './servers/api-server.ts';
import { openPage } from './servers/chromium.ts';
import { applyCrds } from './servers/crds.ts';
import { type Exporter, hyperConvergedRules, startExporter } from './servers/exporter.ts';
import { startFunction } from './servers/function.ts';
import { startHttpServer } from './servers/http-server.ts';
import { createHyperConverged, createNode, deleteAll } from './servers/objects.ts';
import { captureFile, hyperConvergedCrd } from './servers/paths.ts';
import { onFreePort } from './servers/ports.ts';
import { run, StartError, startProgram } from './servers/process.ts';
import { type Prometheus, startPrometheus } from './servers/prometheus.ts';
import { type Receiver, startReceiver } from './servers/receiver.ts';
import { answersOk, waitUntil } from './servers/wait.ts';

const ALERT = 'HCOMultiArchGoldenImagesDisabled';
const NAME = 'kubevirt-hyperconverged';

describe('a program', () => {
  const node = (script: string, args: readonly string[] = []) => ({ name: 'it', command: process.execPath, args: ['-e', script, ...args] });
  const never = () => Promise.reject(new Error('not yet'));
  const server = "process.title; require('http').createServer((_, answer) => answer.end()).listen(process.argv[1], '127.0.0.1')";

  const failures = [
    {
      when: 'it ends before it is ready',
      settings: node('console.error("no such key"); process.exit(3)'),
      says: /status 3.*no such key/s,
    },
    { when: 'there is no such program', settings: { name: 'it', command: 'no-such-program', args: [] }, says: /no-such-program/ },
  ];
  for (const { when, settings, says } of failures) {
    it(`is an error with its last words when ${when}`, () => assert.rejects(startProgram({ ...settings, ready: never }), says));
  }

  it('is started on another port when somebody was quicker', async () => {
    const quicker = createServer().listen(0, '127.0.0.1');
    await waitUntil('the port is taken', () => assert.ok(quicker.listening));
    const address = quicker.address();
    const taken = address !== null && typeof address === 'object' ? address.port : 0;
    const tried: number[] = [];
    const program = await onFreePort((free) => {
      const port = tried.length === 0 ? taken : free;
      tried.push(port);
      return startProgram({ ...node(server, [String(port)]), ready: () => answersOk(`http://127.0.0.1:${free}`) });
    });
    assert.equal(tried.length, 2);
    assert.deepEqual(await program.stop(), { code: null, signal: 'SIGTERM' });
    quicker.close();
  });

  it('sees the environment that it is given and no other', async () => {
    const { stdout } = await run('/usr/bin/env', [], { env: { ONLY: 'this' } });
    assert.equal(stdout, 'ONLY=this\n');
  });
});

describe('a function', () => {
  it('is an error with its log when it cannot start', () =>
    assert.rejects(
      startFunction('no-such-function', {}),
      (error) => error instanceof StartError && /Cannot find module/.test(error.output),
    ));
});

const gate = { enableMultiArchBootImageImport: true };
// The definitions convert by name only: a field is kept where the stored version has it, labels always are.
const label = { metadata: { labels: { patched: 'yes' } } };
const releases = [
  { release: '1.17', versions: [{ version: 'v1beta1', patch: { spec: { featureGates: gate } } }] },
  {
    release: '1.18',
    versions: [
      { version: 'v1beta1', patch: { spec: { featureGates: gate } } },
      { version: 'v1', patch: label },
    ],
  },
  {
    release: '1.19',
    versions: [
      { version: 'v1beta1', patch: label },
      { version: 'v1', patch: { spec: { workloadSources: gate } } },
    ],
  },
] as const;

for (const { release, versions } of releases) {
  describe(`an API server with HyperConverged ${release}`, () => {
    let server: ApiServer;
    before(async () => {
      server = await startApiServer({ crds: [hyperConvergedCrd(release)] });
    });
    after(() => server.stop());

    for (const { version, patch } of versions) {
      const resource = `hyperconvergeds.${version}.hco.kubevirt.io`;
      const namespace = `in-${version}`;

      it(`keeps one in ${version}, and its status`, async () => {
        const object = { apiVersion: `hco.kubevirt.io/${version}`, kind: 'HyperConverged', metadata: { name: NAME, namespace }, spec: {} };
        await createHyperConverged(server, object, { nodeInfo: { workloadsArchitectures: ['amd64', 'arm64'] } });
        const { status, stdout } = await server.kubectl(['get', resource, '-A', '-o', 'json']);
        assert.equal(status, 0);
        const found = JSON.parse(stdout).items.find((item: typeof object) => item.metadata.namespace === namespace);
        assert.equal(found.apiVersion, object.apiVersion);
        assert.deepEqual(found.status.nodeInfo.workloadsArchitectures, ['amd64', 'arm64']);
      });

      it(`carries out a printed command on ${version}`, async () => {
        const command = `kubectl patch ${resource} -n ${namespace} ${NAME} --type=merge -p '${JSON.stringify(patch)}'`;
        const patched = await server.runShell(command);
        assert.deepEqual(patched, { status: 0, stdout: `hyperconverged.hco.kubevirt.io/${NAME} patched\n`, stderr: '' });
        const stored = await server.send('GET', `/apis/hco.kubevirt.io/${version}/namespaces/${namespace}/hyperconvergeds/${NAME}`);
        assert.partialDeepStrictEqual(stored, patch);
      });
    }

    it('says why it refuses a printed command', async () => {
      const { status, stderr } = await server.runShell(`kubectl patch hyperconvergeds.v9.hco.kubevirt.io ${NAME} --type=merge -p '{}'`);
      assert.equal(status, 1);
      assert.match(stderr, /doesn't have a resource type/);
    });
  });
}

describe('an API server', () => {
  let server: ApiServer;
  const nodes = async () => {
    const columns = 'custom-columns=:.metadata.name,:.status.nodeInfo.architecture,:.spec.taints[*].key';
    return (await server.kubectl(['get', 'nodes', '--no-headers', '-o', columns])).stdout
      .split('\n')
      .map((line) => line.split(/ +/).join(' '));
  };
  before(async () => {
    server = await startApiServer({ crds: [hyperConvergedCrd('1.18')], authorization: 'RBAC' });
  });
  after(() => server.stop());

  it('has nodes as their kubelets would report them', async () => {
    await createNode(server, { name: 'worker-1', architecture: 'amd64' });
    await createNode(server, {
      name: 'worker-2',
      architecture: 'arm64',
      taints: [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }],
    });
    assert.deepEqual(await nodes(), ['worker-1 amd64 <none>', 'worker-2 arm64 dedicated', '']);
  });

  it('comes back after an outage with what it had', async () => {
    await server.down();
    assert.equal((await server.kubectl(['get', 'nodes'])).status, 1);
    await server.up();
    assert.deepEqual(await nodes(), ['worker-1 amd64 <none>', 'worker-2 arm64 dedicated', '']);
  });

  it('lets a service account do what its role says and no more', async () => {
    const granted = [
      'kubectl create serviceaccount reader -n default',
      'kubectl create clusterrole reader --verb=list --resource=nodes',
      'kubectl create clusterrolebinding reader --clusterrole=reader --serviceaccount=default:reader',
    ];
    assert.equal((await server.runShell(granted.join(' && '))).status, 0);
    const kubeconfig = await server.kubeconfigOf({ namespace: 'default', name: 'reader' });
    const may = async (verb: string, what: string) =>
      (await server.kubectl(['--kubeconfig', kubeconfig, 'auth', 'can-i', verb, what])).stdout.trim();
    await waitUntil('the role is known', async () => assert.equal(await may('list', 'nodes'), 'yes'));
    assert.equal(await may('delete', 'nodes'), 'no');
  });

  it('serves a definition anew when a release replaces it', async () => {
    await applyCrds(server, [hyperConvergedCrd('1.19')]);
    const { stdout } = await server.runShell('kubectl explain hyperconvergeds.spec.workloadSources --api-version=hco.kubevirt.io/v1');
    assert.match(stdout, /enableMultiArchBootImageImport/);
  });

  it('is empty after everything was deleted', async () => {
    const metadata = { name: NAME, namespace: NAME, finalizers: ['kubevirt.io/hyperconverged'] };
    await createHyperConverged(server, { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata });
    await deleteAll(server);
    assert.match((await server.runShell('kubectl get nodes,hyperconvergeds -A')).stderr, /No resources found/);
  });
});

describe('Alertmanager', () => {
  it('delivers an alert and its end, with the bearer token', async () => {
    const receiver = await startReceiver();
    const alertmanager = await startAlertmanager({ webhookUrl: `${receiver.url}/alerts`, token: 'a token' });
    const alert = { labels: { alertname: ALERT, namespace: NAME } };
    try {
      await alertmanager.sendAlerts([alert]);
      assert.deepEqual((await alertmanager.alerts())[0]?.labels, alert.labels);
      await delivery(receiver, 'firing');
      await alertmanager.sendAlerts([{ ...alert, endsAt: new Date().toISOString() }]);
      await delivery(receiver, 'resolved');
    } finally {
      await Promise.all([alertmanager.stop(), receiver.stop()]);
    }
    const [first] = receiver.received;
    assert.deepEqual([first?.method, first?.path, first?.headers.authorization], ['POST', '/alerts', 'Bearer a token']);
  });
});

describe('Prometheus', () => {
  let receiver: Receiver;
  let exporter: Exporter;
  let prometheus: Prometheus;
  const stops: (() => Promise<void>)[] = [];
  before(async () => {
    receiver = await startReceiver();
    exporter = await startExporter();
    stops.push(receiver.stop, exporter.stop);
    const alertmanager = await startAlertmanager({ webhookUrl: receiver.url, token: 'a token' });
    stops.push(alertmanager.stop);
    prometheus = await startPrometheus({
      rules: hyperConvergedRules,
      scrapeTargets: [exporter.target()],
      alertmanagerUrl: alertmanager.url,
    });
    stops.push(prometheus.stop);
  });
  after(() => Promise.all(stops.map((stop) => stop())));

  it('fires the alert of a gauge through to the receiver, labelled as a real one', async () => {
    exporter.set({ importEnabled: 0 });
    const body = await delivery(receiver, 'firing');
    const captured = JSON.parse(await readFile(captureFile('alertmanager-1-firing.json'), 'utf8'));
    const { prometheus: _external, ...labels } = captured.alerts[0].labels;
    assert.deepEqual(Object.keys(body.alerts[0].labels).sort(), Object.keys(labels).sort());
    assert.equal(body.alerts[0].labels.alertname, ALERT);
  });

  it('says resolved when the operator is down', async () => {
    exporter.set(undefined);
    await delivery(receiver, 'resolved');
  });

  it('fires again from another pod, and for each golden image', async () => {
    await prometheus.scrape([exporter.target('another-pod')]);
    exporter.set({ importEnabled: 1, goldenImages: [{ name: 'Fedora', managedDataSource: 'fedora', withArchitectureAnnotation: 0 }] });
    const [alert] = (await delivery(receiver, 'firing', 'HCOGoldenImageWithNoArchitectureAnnotation')).alerts;
    assert.deepEqual([alert.labels.pod, alert.labels.data_import_cron_name], ['another-pod', 'fedora']);
  });
});

describe('Chromium', () => {
  it('shows a page to a person, and tells what went wrong in it', async () => {
    const site = await startHttpServer('site', (_request, response) => {
      const script = 'document.querySelector("p").textContent = "drawn"; throw new Error("broken");';
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>T</title><link rel="icon" href="data:,"><p>loading</p><script>${script}</script>`);
    });
    const { page, errors, close } = await openPage(site.url);
    try {
      assert.deepEqual([await page.title(), await page.locator('p').textContent(), errors], ['T', 'drawn', ['broken']]);
    } finally {
      await close();
      await site.stop();
    }
  });
});

/** The body of the first delivery about an alert in that state. */
function delivery({ received }: Receiver, status: string, alert = ALERT) {
  return waitUntil(`${alert} is delivered as ${status}`, () => {
    const body = received
      .map(({ body }) => JSON.parse(body))
      .find((body) => body.status === status && body.groupLabels.alertname === alert);
    assert.ok(body, `${received.length} deliveries of another kind`);
    return body;
  });
}
