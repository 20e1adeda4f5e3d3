/** What became of the events of a request, for its line in the log. */
import type { CloudEvent } from '../../shared/cloudevents.ts';
import { plainStart } from '../../shared/plain.ts';

/** Who an event is, short and harmless. */
export type EventLabel = Pick<CloudEvent, 'id' | 'source' | 'type' | 'subject'>;

export type Became = { readonly label: EventLabel } & (
  | { readonly kind: 'ping' | 'covered' | 'looked' | 'irrelevant' }
  | { readonly kind: 'other' | 'other-cluster'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown }
);

/** A batch may hold a thousand. */
const MAX_LISTED = 10;
/** Attributes are whatever the sender put there. */
const MAX_LENGTH = 200;

export function labelOf({ id, source, type, subject }: CloudEvent): EventLabel {
  return { id: short(id), source: short(source), type: short(type), subject: subject === undefined ? undefined : short(subject) };
}

export function notFromHere({ extensions }: CloudEvent): { readonly kind: 'other-cluster'; readonly why: string } {
  return { kind: 'other-cluster', why: `not watched from here: of the cluster ${short(extensions.cluster ?? '')}` };
}

/** How many events there were, and of the first of them who sent it and what became of it. */
export function describe(became: readonly Became[]): object {
  return { count: became.length, events: became.slice(0, MAX_LISTED).map(describeOne) };
}

function describeOne(one: Became): object {
  return { ...one.label, became: one.kind, why: reasonOf(one) };
}

function reasonOf(one: Became): string | undefined {
  if (one.kind === 'other' || one.kind === 'other-cluster') return one.why;
  return one.kind === 'failed' && one.error instanceof Error ? short(one.error.message) : undefined;
}

function short(text: string): string {
  return plainStart(text, MAX_LENGTH);
}
