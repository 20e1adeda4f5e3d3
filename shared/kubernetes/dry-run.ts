/** A change held against the API server itself: a server-side dry run, with its admission webhooks, that stores nothing. */
import { HCO_GROUP } from '../golden-images/api-version.ts';
import type { JsonObject } from '../golden-images/json.ts';
import type { Target } from '../golden-images/remedies/remedy.ts';
import type { Logger } from '../log.ts';
import type { ApiConnection, Connect } from './api-connection.ts';
import type { JsonPatchOperation } from './apply-json-patch.ts';
import { dryRunRefusal } from './dry-run-refusal.ts';
import { ReadError } from './failure.ts';
import { keepConnection } from './kept-connection.ts';
import { ofKind } from './kinds.ts';

export interface DryRunRequest {
  readonly target: Target;
  /** What the printed command sends: with `--type=json` a JSON Patch, a list; else a merge patch, an object. */
  readonly body: JsonObject | readonly JsonPatchOperation[];
}

export type DryRunOutcome =
  /** `stored` is the whole CR as the server would store it, defaults and webhooks included. */
  | { readonly accepted: true; readonly stored: JsonObject; readonly warnings: readonly string[] }
  /** `reason` is the server's, or a webhook's, own words. */
  | { readonly accepted: false; readonly reason: string; readonly warnings: readonly string[] }
  /** Nobody answered the question: why, in a sentence. */
  | { readonly accepted: null; readonly reason: string };

/** Asks; never throws for what the cluster does. The signal is the time that there is. */
export type DryRun = (request: DryRunRequest, signal: AbortSignal) => Promise<DryRunOutcome>;

export interface DryRunOptions {
  readonly connect: Connect;
  readonly log: Pick<Logger, 'error'>;
}

/** One connection serves all requests. */
export function createDryRun({ connect, log }: DryRunOptions): DryRun {
  const use = keepConnection(() => connect().catch(withoutCredentials(log)));
  return async (request, signal) => {
    const warnings: string[] = [];
    try {
      const stored = await use(signal, (api) => ask(api, request, signal, (warning) => warnings.push(warning)));
      return { accepted: true, stored, warnings };
    } catch (error) {
      const { refused, reason } = dryRunRefusal(error);
      return refused ? { accepted: false, reason, warnings } : { accepted: null, reason };
    }
  };
}

/** What a credential plugin or an identity provider says may hold secrets: it is for the log, not for the chat. */
function withoutCredentials(log: DryRunOptions['log']) {
  return (error: unknown): never => {
    log.error({ err: error }, 'the connection for a dry run could not be prepared');
    throw new ReadError('unauthorized', 'the connection could not be prepared, credentials included: the log says why');
  };
}

/** https://kubernetes.io/docs/reference/using-api/api-concepts/#dry-run and #setting-the-field-validation-level */
const QUERY = new URLSearchParams({ dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'archwatch' });

async function ask(api: ApiConnection, { target, body }: DryRunRequest, signal: AbortSignal, warn: (warning: string) => void) {
  const [namespace, name] = [encodeURIComponent(target.namespace), encodeURIComponent(target.name)];
  const path = `/apis/${HCO_GROUP}/${target.version}/namespaces/${namespace}/hyperconvergeds/${name}`;
  return ofKind('HyperConverged', await api.send('PATCH', `${path}?${QUERY}`, body, signal, warn));
}
