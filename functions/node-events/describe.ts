/** What became of the events of a request, for its line in the log. */
import type { CloudEvent } from '../../shared/cloudevents.ts';
import { plain } from '../../shared/plain.ts';

export type Became = { readonly event: CloudEvent } & (
  | { readonly kind: 'ping' | 'covered' | 'looked' | 'irrelevant' | 'other-cluster' }
  | { readonly kind: 'other'; readonly why: string }
  | { readonly kind: 'failed'; readonly error: unknown }
);

/** A batch may hold thousands. */
const MAX_LISTED = 10;
/** Attributes are whatever the sender put there. */
const MAX_LENGTH = 200;

/** How many events there were, and of the first of them who sent it and what became of it. */
export function describe(became: readonly Became[]): object {
  return { count: became.length, events: became.slice(0, MAX_LISTED).map(describeOne) };
}

function describeOne(one: Became): object {
  const { id, source, type, subject } = one.event;
  return { id: short(id), source: short(source), type: short(type), subject: short(subject), became: one.kind, why: reasonOf(one) };
}

function reasonOf(one: Became): string | undefined {
  if (one.kind === 'other') return one.why;
  if (one.kind === 'other-cluster') return `not watched from here: of the cluster ${short(one.event.extensions.cluster)}`;
  return one.kind === 'failed' && one.error instanceof Error ? one.error.message : undefined;
}

function short(text: string | undefined): string | undefined {
  return text === undefined ? undefined : plain(text).slice(0, MAX_LENGTH);
}
