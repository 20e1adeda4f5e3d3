/** The functions as the image has them: for each one a bundle to listen with, and beside it what is loaded once it listens. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Metafile, transform } from 'esbuild';
import { stringAt } from '../../shared/golden-images/json.ts';
import { leaveOut } from './leave-out.ts';
import { licensesOf } from './licenses.ts';
import { packagesIn } from './packages.ts';
import { sbomOf } from './sbom.ts';

/** Makes `dist` anew in the project's folder; the same sources and packages give the same bytes. Returns the functions' names. */
export async function buildBundles(root: string): Promise<readonly string[]> {
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  const entries = globSync('functions/*/index.ts', { cwd: root }).sort();
  const names = entries.map((entry) => basename(dirname(entry)));
  const made: Metafile[] = [];
  for (const name of names) made.push(await bundle(root, `functions/${name}/index.ts`, `dist/bundles/${name}`));
  made.push(await bundle(root, 'local/build/load.ts', 'dist'));
  for (const name of names) writeFileSync(join(dist, `${name}.js`), `require('./load.js').load('${name}/index.js');\n`);
  writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
  const packages = packagesIn(root, made);
  writeFileSync(join(dist, 'LICENSES.txt'), licensesOf(packages));
  writeFileSync(join(dist, 'sbom.cdx.json'), sbomOf(versionOf(root), packages));
  return names;
}

function versionOf(root: string): string {
  return stringAt(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'version') ?? '';
}

/** esbuild splits modules only: each part that it makes is a CommonJS file afterwards. */
async function bundle(root: string, entry: string, outdir: string): Promise<Metafile> {
  const made = await build({ ...OPTIONS, absWorkingDir: root, entryPoints: [entry], outdir });
  for (const { path, text } of made.outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, path.endsWith('.js') ? await commonJs(path, text) : text);
  }
  return made.metafile;
}

async function commonJs(path: string, text: string): Promise<string> {
  const { code, map } = await transform(text, { ...COMMON_JS, sourcefile: basename(path) });
  writeFileSync(`${path}.map`, map);
  return `${code}//# sourceMappingURL=${basename(path)}.map\n`;
}

const SHORT = {
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  lineLimit: 200, // Node prints the line where an uncaught error was thrown
  minifySyntax: true, // names stay: they are in the log, and in stack traces
  charset: 'ascii',
  sourcesContent: false,
  logLevel: 'error',
} as const satisfies BuildOptions;

const OPTIONS = {
  ...SHORT,
  bundle: true,
  format: 'esm',
  splitting: true,
  preserveSymlinks: true, // a linked node_modules gives the same bytes
  sourcemap: 'inline',
  legalComments: 'linked',
  metafile: true,
  write: false,
  plugins: [leaveOut],
} as const satisfies BuildOptions;

/** With the code cache it is up sooner than as modules: docs/performance.md */
const COMMON_JS = {
  ...SHORT,
  format: 'cjs',
  supported: { 'dynamic-import': false }, // a `require` when it is called, so that it comes through the code cache too
  sourcemap: 'external',
  legalComments: 'none', // linked before
} as const;
