/** `npm start`: the demo, until Ctrl-C. Prints the address of its page. */
import { port } from '../shared/settings.ts';
import { startDemo } from './demo/demo.ts';

const demo = await startDemo(port(process.env)).catch((error: NodeJS.ErrnoException) => {
  if (error.code !== 'EADDRINUSE') throw error;
  process.stderr.write('The port is in use: choose another, as in PORT=8081 npm start\n');
  return process.exit(1);
});
process.stdout.write(`${demo.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void demo.stop().then(() => process.exit(0)));
}
