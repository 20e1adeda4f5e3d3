/** One check, from its command line to what it prints and its exit status. */
import { ConfigError, type Environment } from '../../shared/config.ts';
import { judge } from '../../shared/judge.ts';
import { clusterName, kubectl } from '../../shared/settings.ts';
import { parseCheckArguments, USAGE, UsageError } from './arguments.ts';
import { NOTHING_KNOWN } from './known.ts';
import { exitCode, toReport } from './report.ts';
import { takeSnapshot } from './snapshot.ts';
import { renderText } from './text.ts';

export interface CheckResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

/** Never throws for what a user can mend: that is on `stderr`. */
export async function runCheck(args: readonly string[], environment: Environment, now: Date): Promise<CheckResult> {
  try {
    return await check(args, environment, now);
  } catch (error) {
    if (!(error instanceof UsageError) && !(error instanceof ConfigError)) throw error;
    return { status: EXIT_USAGE, stdout: '', stderr: `${error.message}\n` };
  }
}

async function check(args: readonly string[], environment: Environment, now: Date): Promise<CheckResult> {
  const { from, output, help } = parseCheckArguments(args);
  if (help) return { status: 0, stdout: USAGE, stderr: '' };
  const client = kubectl(environment);
  const { snapshot, context, connect, notes } = await takeSnapshot(from, environment, now);
  const judgements = judge(snapshot, client);
  const cluster = environment.CLUSTER_NAME ? clusterName(environment) : (context ?? null);
  const known = connect ? await (await import('./ask-what-is-known.ts')).askWhatIsKnown(environment, cluster, connect, now) : NOTHING_KNOWN;
  const report = toReport(cluster, snapshot, judgements, known);
  const stdout = output === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderText(report, snapshot, known);
  return { status: exitCode(judgements), stdout, stderr: notes.map((note) => `${note}\n`).join('') };
}
