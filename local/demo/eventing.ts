/** The demo's eventing: who watches the embedded cluster, and who gets what it says. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { objectAt, textAt } from '../embedded-cluster/json.ts';
import { type Broker, createBroker } from '../eventing/broker.ts';
import { startApiServerSource, type WatchedObject } from '../eventing/source.ts';
import { storedVersion } from '../story/remedies.ts';

const PING = 'dev.knative.sources.ping';

/** As the functions are subscribed in a real cluster; the ping reminds the dead letters too of what is untold. `url` is the one port's. */
export function connectBroker(url: string): Broker {
  return createBroker({
    triggers: [
      { subscriber: `${url}/events`, accepts: () => true },
      { subscriber: `${url}/dead-letters`, accepts: (type) => type === PING },
    ],
    deadLetterSink: `${url}/dead-letters`,
  });
}

/** Watches nodes and the HyperConverged from now on; the answer ends it. */
export function watchCluster(
  cluster: EmbeddedCluster,
  broker: Broker,
  options: { readonly name: string; readonly now: () => Date },
): () => void {
  return startApiServerSource({
    objects: () => (cluster.outage() === 'refused-503' ? undefined : watched(cluster)),
    subscribe: cluster.subscribe,
    cluster: options.name,
    send: (event) => void broker.deliver(event),
    now: options.now,
  });
}

function watched(cluster: EmbeddedCluster): readonly WatchedObject[] {
  const nodes = cluster.nodes().map((node): WatchedObject => ({ apiVersion: 'v1', kind: 'Node', ...node }));
  const cr = cluster.hyperConverged(storedVersion(cluster));
  const metadata = objectAt(cr, 'metadata');
  const text = (name: string) => textAt(metadata, name) ?? '';
  const named = { name: text('name'), namespace: text('namespace'), uid: text('uid'), resourceVersion: text('resourceVersion') };
  return [...nodes, { ...cr, apiVersion: textAt(cr, 'apiVersion') ?? '', kind: 'HyperConverged', metadata: { ...metadata, ...named } }];
}
