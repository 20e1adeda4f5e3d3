/** One delivery for each function, of which it says something in the channel. */
import { ACTIONS } from '../../shared/slack/actions.ts';
import { sign } from '../../shared/slack/request-signature.ts';
import { PERSON } from '../embedded-slack/workspace.ts';
import { ALERT_BODY } from './alert-body.ts';
import { BEARER, CHANNEL, SIGNING_SECRET } from './world.ts';

interface Delivery {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const DELIVERIES: Readonly<Record<string, () => Delivery>> = {
  'alertmanager-webhook': () => ({
    path: '/alerts',
    headers: { authorization: `Bearer ${BEARER}`, 'content-type': 'application/json' },
    body: JSON.stringify(ALERT_BODY),
  }),
  'node-events': () => ({ path: '/events', headers: NODE, body: NODE_BODY }),
  'slack-actions': click,
  'dead-letter': () => ({ path: '/', headers: NODE, body: NODE_BODY }),
};

const EVENT = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/apis/v1', 'content-type': 'application/json' };
const NODE = { ...EVENT, 'ce-type': 'dev.knative.apiserver.resource.add', 'ce-kind': 'Node', 'ce-name': 'worker-arm64' };
const NODE_BODY = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'worker-arm64', labels: { 'kubernetes.io/arch': 'arm64' } },
});

/** In a message that is not on record: the person is told so. */
function click(): Delivery {
  const payload = {
    type: 'block_actions',
    user: { id: PERSON.user, username: 'on-call' },
    container: { type: 'message', message_ts: '1.000001', channel_id: CHANNEL.id },
    channel: CHANNEL,
    actions: [{ action_id: ACTIONS.checkAgain, type: 'button' }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const time = String(Math.floor(Date.now() / 1_000));
  const headers = { 'x-slack-request-timestamp': time, 'x-slack-signature': sign(SIGNING_SECRET, time, body) };
  return { path: '/slack/actions', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body };
}

/** The status of its answer. Throws for a function that has none here: give it one. */
export async function deliver(name: string, url: string): Promise<number> {
  const delivery = DELIVERIES[name];
  if (delivery === undefined) throw new Error(`there is no delivery for ${name}`);
  const { path, headers, body } = delivery();
  const answer = await fetch(`${url}${path}`, { method: 'POST', headers, body });
  await answer.text();
  return answer.status;
}
