/** `npm run check`: the alerts' conditions from a terminal, on the current cluster or a saved dump. */
import { runCheck } from './check/run.ts';

const { status, stdout, stderr } = await runCheck(process.argv.slice(2), process.env, new Date());
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = status;
