/** `npm run check`: the alerts' conditions from a terminal, on the current cluster or a saved dump. */
import { ConfigError } from '../shared/config.ts';
import { judge } from '../shared/judge.ts';
import { clusterName, hyperConverged, kubectl } from '../shared/settings.ts';
import { parseCheckArguments, USAGE, UsageError } from './check/arguments.ts';
import { exitCode, toReport } from './check/report.ts';
import { takeSnapshot } from './check/snapshot.ts';
import { renderText } from './check/text.ts';

/** EX_USAGE of sysexits.h. */
const EXIT_USAGE = 64;

async function check(): Promise<number> {
  const { from, output, help } = parseCheckArguments(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { snapshot, context } = await takeSnapshot(from, hyperConverged(process.env), new Date());
  const judgements = judge(snapshot, kubectl(process.env));
  const cluster = process.env.CLUSTER_NAME ? clusterName(process.env) : (context ?? null);
  const report = toReport(cluster, snapshot, judgements);
  process.stdout.write(output === 'json' ? `${JSON.stringify(report, null, 2)}\n` : renderText(report));
  return exitCode(judgements);
}

try {
  process.exitCode = await check();
} catch (error) {
  if (!(error instanceof UsageError) && !(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = EXIT_USAGE;
}
