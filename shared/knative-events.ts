/** The types of the events that Knative's sources send. */

export type Action = 'add' | 'update' | 'delete';

/** A PingSource's. */
export const PING = 'dev.knative.sources.ping';

const ACTIONS: readonly Action[] = ['add', 'update', 'delete'];
/** An ApiServerSource's, in its modes Resource and Reference: https://knative.dev/docs/eventing/sources/apiserversource/reference/. */
export const CHANGES: ReadonlyMap<string, Action> = new Map(
  ['resource', 'ref'].flatMap((mode) => ACTIONS.map((action) => [`dev.knative.apiserver.${mode}.${action}`, action])),
);
