/** `npm run check`: the alerts' conditions from a terminal, on the current cluster or a saved dump. */
import { runCheck } from './check/run.ts';

/** What is not understood is unknown, and never an all-clear. */
const EXIT_UNKNOWN = 2;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`cannot print the result: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT_UNKNOWN); // a reader that has seen enough is no fault
});

process.exitCode = EXIT_UNKNOWN;
const { status, stdout, stderr } = await runCheck(process.argv.slice(2), process.env, new Date());
process.exitCode = status;
process.stdout.write(stdout);
process.stderr.write(stderr);
