/** The functions as the image has them: one bundle each, and the SDKs beside them, which are loaded when they are first needed. */
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OnResolveArgs, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';

const SDK = './sdk.ts';
const FOUND = 'found';

/** Makes `dist` anew in the project's folder; the same sources and packages give the same bytes. Returns the functions' names. */
export async function buildBundles(root: string): Promise<readonly string[]> {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const functions = globSync('functions/*/index.ts', { cwd: root }).sort();
  const sdks = globSync('shared/*/sdk.ts', { cwd: root }).sort();
  const made: Metafile[] = [];
  for (const entry of [...functions, ...sdks]) made.push(await bundle(root, entry, `dist/bundles/${basename(dirname(entry))}.js`));
  made.push(await bundle(root, 'local/build/load.ts', 'dist/load.js'));
  const names = functions.map((entry) => basename(dirname(entry)));
  for (const name of names) writeFileSync(join(dist, `${name}.js`), `require('./load.js').load('${name}');\n`);
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  writeFileSync(join(dist, 'LICENSES.txt'), licensesOf(root, made));
  return names;
}

async function bundle(root: string, entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({ ...OPTIONS, absWorkingDir: root, entryPoints: [entry], outfile, metafile: true });
  return metafile;
}

/** What has effects on import is kept of every package but the Kubernetes client, whose thousand models have none. */
const leaveModels: Plugin = {
  name: 'only what is used of the Kubernetes client',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^\.|^@kubernetes\/client-node$/ }, async ({ path, pluginData, ...from }: OnResolveArgs) => {
      if (pluginData === FOUND) return undefined;
      if (from.kind === 'dynamic-import' && path === SDK) return { path: `./${basename(from.resolveDir)}.js`, external: true };
      if (path.startsWith('.') && !from.importer.includes(join('@kubernetes', 'client-node', 'dist'))) return undefined;
      return { ...(await resolve(path, { ...from, pluginData: FOUND })), sideEffects: false };
    });
  },
};

const OPTIONS = {
  bundle: true,
  platform: 'node',
  preserveSymlinks: true, // a linked node_modules gives the same bytes
  target: 'node24',
  format: 'cjs', // with the code cache it is up sooner than as a module: docs/performance.md
  supported: { 'dynamic-import': false }, // a `require` when it is called, so that it comes through the code cache too
  minifyWhitespace: true,
  minifySyntax: true, // names stay: they are in the log, and in stack traces
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'error',
  plugins: [leaveModels],
} as const satisfies BuildOptions;
