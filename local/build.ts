/** `npm run build`: the bundles of the functions, in `dist`. */
import { buildBundles } from './build/bundles.ts';

const names = await buildBundles(process.cwd());
process.stdout.write(`dist: ${names.join(', ')}\n`);
