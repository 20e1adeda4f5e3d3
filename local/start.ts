/** `npm start`: the demo, until Ctrl-C or until its terminal is closed. Prints the address of its page. */
import { integer } from '../shared/config.ts';
import { configured } from '../shared/serve.ts';
import { startDemo } from './demo/demo.ts';

/** Everything in the demo knows its address before it listens, so it cannot be any free port. */
const port = integer('PORT', { min: 1, max: 65_535, fallback: 8080 });

const starting = startDemo(configured(() => port(process.env)));
const end = () => void starting.then((demo) => demo.stop()).then(() => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end); // however often it is sent

const demo = await starting.catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  process.stderr.write('The port is in use: choose another, as in PORT=8081 npm start\n');
  return process.exit(1);
});
process.stdout.write(`${demo.url}\n`);
