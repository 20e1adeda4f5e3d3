/** `npm run bench -- NAME`: measures both sides of a claim in one run and prints medians and their ratio. */
import { coldStart } from './cold-start.ts';
import { nodeMemory } from './node-memory.ts';

const BENCHES: Readonly<Record<string, () => Promise<string>>> = { 'cold-start': coldStart, 'node-memory': nodeMemory };

const [name = ''] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`npm run bench -- NAME, where NAME is one of: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(64);
}
process.stdout.write(`${await bench()}\n`);
