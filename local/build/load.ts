/**
 * Loads the parts of a bundle with what V8 compiled of it before, where that is baked in.
 * Node's own compile cache would not do: it is kept by user id, and OpenShift gives each namespace another one.
 * https://nodejs.org/api/vm.html#scriptcreatecacheddata
 * V8 looks whether a cache fits its version, its flags and the source, and not whether its bytes are whole: a damaged one ends the
 * process with SIGSEGV. Nothing here looks either: it would take 2 to 3 ms of each start, and an image's layers are checked by their
 * digests when they are pulled. Where a function ends so, pull the image again.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Set, what was compiled is written at the end of the process: the image's build does it, once. */
const WRITE = 'WRITE_CODE_CACHE';

/** Runs a part of a bundle, by its path below the folder of all. */
export function load(part: string): unknown {
  const path = join(__dirname, 'bundles', part);
  const cache = join(__dirname, 'code-cache', part);
  const source = readFileSync(path, 'latin1'); // esbuild writes ASCII only, and V8 is quicker with one byte a character
  const cachedData = existsSync(cache) && !process.env[WRITE] ? { cachedData: readFileSync(cache) } : {};
  // One line with the first of the part, so that the lines of a stack trace are those of its source map.
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${source}\n})`, {
    filename: path,
    ...cachedData,
  });
  if (process.env[WRITE]) process.once('exit', () => write(cache, script));
  const module = { exports: {} };
  loaded.set(part, module);
  script.runInThisContext()(module.exports, requireFrom(path, dirname(part)), module, path, dirname(path));
  return module.exports;
}

const loaded = new Map<string, { readonly exports: unknown }>();

/** Another part comes the same way; all else is Node's. */
function requireFrom(path: string, folder: string): (name: string) => unknown {
  const require = createRequire(path);
  return (name) => {
    if (!name.startsWith('./')) return require(name);
    const part = join(folder, name);
    return loaded.get(part)?.exports ?? load(part);
  };
}

function write(cache: string, script: Script): void {
  mkdirSync(dirname(cache), { recursive: true });
  writeFileSync(cache, script.createCachedData());
}
