/** With `DRY_RUN=server`: the API server itself is asked about each change. */
import type { Environment } from '../../shared/config.ts';
import type { Judgement } from '../../shared/judge.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { createDryRun } from '../../shared/kubernetes/dry-run.ts';
import { dryRun } from '../../shared/settings.ts';
import { tryRemedies } from '../../shared/try-remedies.ts';

/** A person waits. */
const TIME_MS = 10_000;

export interface Tried {
  readonly judgements: readonly Judgement[];
  /** For standard error. */
  readonly notes: readonly string[];
}

/** Throws `ConfigError`; what is not answered stands as the schema has it. */
export async function tryOnServer(environment: Environment, judgements: readonly Judgement[], connect: Connect): Promise<Tried> {
  if (dryRun(environment) === 'schema') return { judgements, notes: [] };
  const notes: string[] = [];
  const log = {
    error: ({ err }: { readonly err?: unknown }, message: string) =>
      void notes.push(`${message}: ${err instanceof Error ? err.message : err}`),
  };
  return { judgements: await tryRemedies(judgements, createDryRun({ connect, log }), AbortSignal.timeout(TIME_MS)), notes };
}
