/** archwatch as it is installed: the manifests applied, and each bundle with the settings, the mounts and the service account that its own says. */
import assert from 'node:assert/strict';
import type { Manifest } from '../../knative/manifests.ts';
import type { Image } from '../image/build.ts';
import { startBundle } from '../image/bundle.ts';
import { environmentOf } from '../knative/environment.ts';
import { decide, render } from '../knative/installation.ts';
import type { ApiServer } from '../servers/api-server.ts';
import type { RunningFunction } from '../servers/function.ts';
import type { RunningSlack } from '../servers/slack.ts';

const NAMESPACE = 'archwatch';

export interface Deployment {
  readonly names: readonly string[];
  /** The one that runs. */
  of(name: string): RunningFunction;
  /** It is killed; `again` starts another in its place. */
  kill(name: string): Promise<void>;
  again(name: string): Promise<void>;
  /** All that any of them has logged. */
  logs(): string;
  stop(): Promise<void>;
}

/** By the names of the volumes. */
export type Secrets = Readonly<Record<string, string>>;

/** Applies the overlay for OKD, and starts what its Services name. */
export async function deploy(server: ApiServer, image: Image, slack: RunningSlack, secrets: Secrets): Promise<Deployment> {
  const folder = await decide({ namespace: NAMESPACE, settings: { SLACK_CHANNEL: slack.channel.id, SLACK_API_URL: slack.apiUrl } });
  const { status, stderr } = await server.kubectl(['apply', '-k', folder, '--server-side']);
  assert.equal(status, 0, stderr);
  const manifests = await render(folder);
  const services = manifests.filter(({ apiVersion, kind }) => kind === 'Service' && apiVersion.startsWith('serving.'));
  const all: RunningFunction[] = [];
  const running = new Map<string, RunningFunction>();
  const start = async (service: Manifest, port = 0) => {
    const { name } = service.metadata;
    const { serviceAccountName, containers } = service.spec.template.spec;
    assert.deepEqual(containers[0].args, [`/app/${name}.js`]);
    const kubeconfig = await server.kubeconfigOf({ namespace: NAMESPACE, name: serviceAccountName });
    const environment = await environmentOf(service, manifests, secrets);
    const started = await startBundle(image, name, { ...environment, KUBECONFIG: kubeconfig, PORT: String(port) });
    running.set(name, started);
    all.push(started);
  };
  const of = (name: string) => {
    const found = running.get(name);
    assert.ok(found, `${name} does not run`);
    return found;
  };
  for (const service of services) await start(service);
  return {
    names: [...running.keys()],
    of,
    kill: async (name) => void (await of(name).stop('SIGKILL')),
    again: async (name) => {
      const service = services.find(({ metadata }) => metadata.name === name);
      assert.ok(service);
      await start(service, of(name).port);
    },
    logs: () => all.map(({ output }) => output()).join(''),
    stop: async () => {
      for (const started of running.values()) await started.stop();
    },
  };
}
