/** What reaches a function, again and again as its sender would. */
import { readFileSync } from 'node:fs';
import { hourPassed, objectChanged } from '../../../local/story/node-event.ts';
import { type Notified, notify } from '../senders/alertmanager.ts';
import { type Dispatched, dispatch } from '../senders/broker.ts';
import type { Answer } from '../servers/kubernetes-client.ts';
import { captureFile } from '../servers/paths.ts';
import { CLUSTER_NAME, TOKEN } from './environment.ts';
import type { Replica } from './replica.ts';

type To = Pick<Replica, 'send'>;

/** More than two minutes: whoever is not through then never will be. */
const FLUSHES = 12;

/** The body of a captured delivery. */
export function capture(number: 1 | 2 | 3 | 4 | 5): string {
  return readFileSync(captureFile(CAPTURES[number]), 'utf8');
}

const CAPTURES = {
  1: 'alertmanager-1-firing.json',
  2: 'alertmanager-2-resolved-operator-down.json',
  3: 'alertmanager-3-firing-again.json',
  4: 'alertmanager-4-firing-no-annotation.json',
  5: 'alertmanager-5-resolved.json',
};

/** Delivers until it is taken. Throws where it never is. */
export async function deliver(to: To, body: string): Promise<void> {
  const { isDelivered, answers } = await deliverFor(FLUSHES, to, body);
  if (!isDelivered) throw new Error(`not taken in ${FLUSHES} flushes: ${JSON.stringify(answers)}`);
}

/** Delivers for so many flushes at most: then the group has nothing to say any more. */
export function deliverFor(flushes: number, { send }: To, body: string): Promise<Notified> {
  return notify({ url: '/alerts', token: TOKEN, atFlush: (flush) => (flush < flushes ? body : undefined), send });
}

/** A broker's delivery of the event of a node that was added. */
export function tellAdded({ send }: To, node: Answer): Promise<Dispatched> {
  const object = { ...node, apiVersion: 'v1', kind: 'Node' };
  return dispatch(objectChanged({ action: 'add', object, cluster: CLUSTER_NAME, at: new Date() }), { url: '/events', send });
}

/** The hourly ping, delivered as any event. */
export function ping({ send }: To): Promise<Dispatched> {
  return dispatch(hourPassed({ cluster: CLUSTER_NAME, at: new Date() }), { url: '/events', send });
}
