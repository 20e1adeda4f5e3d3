/** One delivery for each function, of which it says something in the channel. */
import { ALERT_BODY } from './alert-body.ts';
import { BEARER } from './world.ts';

const EVENT = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/apis/v1', 'content-type': 'application/json' };
const NODE = { ...EVENT, 'ce-type': 'dev.knative.apiserver.resource.add', 'ce-kind': 'Node', 'ce-name': 'worker-arm64' };
const NODE_BODY = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'worker-arm64', labels: { 'kubernetes.io/arch': 'arm64' } } };

const DELIVERIES: Readonly<
  Record<string, { readonly path: string; readonly headers: Readonly<Record<string, string>>; readonly body: object }>
> = {
  'alertmanager-webhook': { path: '/alerts', headers: { authorization: `Bearer ${BEARER}` }, body: ALERT_BODY },
  'node-events': { path: '/events', headers: NODE, body: NODE_BODY },
  'dead-letter': { path: '/', headers: NODE, body: NODE_BODY },
};

/** The status of its answer. Throws for a function that has none here: give it one. */
export async function deliver(name: string, url: string): Promise<number> {
  const delivery = DELIVERIES[name];
  if (delivery === undefined) throw new Error(`there is no delivery for ${name}`);
  const { path, headers, body } = delivery;
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  await answer.text();
  return answer.status;
}
