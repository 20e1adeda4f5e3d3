/** One check, from its command line to what it prints and its exit status. */
import { ConfigError, type Environment } from '../../shared/config.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { type Judgement, judge } from '../../shared/judge.ts';
import type { Connect } from '../../shared/kubernetes/api-connection.ts';
import { clusterName, kubectl } from '../../shared/settings.ts';
import { applicabilityOf } from './applicability.ts';
import { parseCheckArguments, USAGE, UsageError } from './arguments.ts';
import { NOTHING_KNOWN } from './known.ts';
import { readOpenShift } from './open-shift.ts';
import { printForScript } from './print-remedy.ts';
import { render } from './render.ts';
import { exitCode, toReport } from './report.ts';
import { takeSnapshot } from './snapshot.ts';

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
  const { from, output, wanted, help } = parseCheckArguments(args);
  if (help) return { status: 0, stdout: USAGE, stderr: '' };
  const client = kubectl(environment);
  const { snapshot, context, connect, notes, ...taken } = await takeSnapshot(from, environment, now);
  const cluster = environment.CLUSTER_NAME ? clusterName(environment) : (context ?? null);
  const judged = judge(snapshot, client);
  const [known, tried, openShift] = connect
    ? await askTheCluster(environment, cluster, { snapshot, judged }, connect, now)
    : [NOTHING_KNOWN, { judgements: judged, notes: [] }, taken.openShift];
  const report = toReport(cluster, snapshot, tried.judgements, known, applicabilityOf(snapshot, openShift));
  const printed = wanted
    ? printForScript(report, wanted)
    : { status: exitCode(tried.judgements), stdout: render(output, report, snapshot, known), notes: [] };
  const { status, stdout } = printed;
  return { status, stdout, stderr: [...notes, ...tried.notes, ...printed.notes].map((note) => `${note}\n`).join('') };
}

interface Looked {
  readonly snapshot: Snapshot;
  readonly judged: readonly Judgement[];
}

/** Loaded only here: a dump needs none of it. */
async function askTheCluster(environment: Environment, cluster: string | null, { snapshot, judged }: Looked, connect: Connect, now: Date) {
  const [{ askWhatIsKnown }, { tryOnServer }] = await Promise.all([import('./ask-what-is-known.ts'), import('./try-on-server.ts')]);
  return Promise.all([
    askWhatIsKnown(environment, cluster, connect, now),
    tryOnServer(environment, judged, connect),
    readOpenShift(snapshot, connect),
  ]);
}
