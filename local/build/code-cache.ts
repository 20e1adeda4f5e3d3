/** What V8 compiles of the bundles while they listen and deliver, kept beside them for the next start. */
import { join } from 'node:path';
import { deliver } from './deliveries.ts';
import { startNode, startWorld } from './world.ts';

/** Writes `dist/code-cache`. It is for this version of Node, its flags and this kind of processor: where it does not fit, V8 compiles anew. */
export async function writeCodeCache(root: string, names: readonly string[], flags: readonly string[] = []): Promise<void> {
  const world = await startWorld();
  try {
    for (const name of names) {
      const environment = { ...world.environmentOf(name), WRITE_CODE_CACHE: '1' };
      const { child, url, ended } = startNode([...flags, join(root, 'dist', `${name}.js`)], environment);
      const address = await url;
      for (const path of ['/health/readiness', '/metrics']) await (await fetch(`${address}${path}`)).text();
      const status = await deliver(name, address);
      if (status >= 300) throw new Error(`${name} answered ${status}`);
      child.kill('SIGTERM');
      if ((await ended) !== 0) throw new Error(`${name} did not end well`);
    }
  } finally {
    await world.close();
  }
}
