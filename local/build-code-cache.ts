/** `npm run build:code-cache [-- FLAG…]`: what V8 compiled of the bundles in `dist`, with the flags that Node will be started with. */
import { globSync } from 'node:fs';
import { writeCodeCache } from './build/code-cache.ts';

const names = globSync('functions/*/index.ts').map((path) => path.split(/[/\\]/)[1] ?? '');
await writeCodeCache(process.cwd(), names.sort(), process.argv.slice(2));
process.stdout.write('dist/code-cache\n');
