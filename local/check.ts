/** `npm run check`: the alerts' conditions from a terminal, on the current cluster or a saved dump. */
import { explainFault } from './check/fault.ts';
import { runCheck } from './check/run.ts';

/** What is not understood is unknown, and never an all-clear. */
const EXIT_UNKNOWN = 2;

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`cannot print the result: ${error.message}\n`);
  process.exit(error.code === 'EPIPE' ? process.exitCode : EXIT_UNKNOWN); // a reader that has seen enough is no fault
});

/** Node alone would exit with 1, whatever `process.exitCode` is: that says that a condition is present. */
process.on('uncaughtException', (error) => {
  process.stderr.write(`${explainFault(error)}\n`, () => process.exit(EXIT_UNKNOWN));
});

process.exitCode = EXIT_UNKNOWN;
const { status, stdout, stderr } = await runCheck(process.argv.slice(2), process.env, new Date());
process.exitCode = status;
process.stdout.write(stdout);
process.stderr.write(stderr);
