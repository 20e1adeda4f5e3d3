/**
 * The files of a must-gather that hold what a look reads. Only these are ever opened, and never a log.
 * `oc adm inspect` writes `cluster-scoped-resources/<group>/<resource>/<name>.yaml` and `namespaces/<namespace>/<group>/<resource>/<name>.yaml`,
 * a list as `<resource>.yaml` (openshift/oc, pkg/cli/admin/inspect/util.go). The image of KubeVirt writes most custom resources to
 * `namespaces/<namespace>/crs/<resource>.<group>/<name>.yaml` and machines to `kubevirt.io/virtualmachines/{custom,template-based}/<name>.yaml`
 * (kubevirt/must-gather, collection-scripts/gather_crs and cmd/vmConvertor).
 */
import type { Dirent } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { UsageError } from './arguments.ts';
import { DUMPED_KINDS } from './dumped.ts';

export interface GatheredFile {
  readonly kind: string;
  readonly path: string;
  /** False for a link, of a file or of a whole folder, that leads out of the must-gather: it is not followed. */
  readonly isInside: boolean;
}

const CLUSTER_SCOPED = 'cluster-scoped-resources';
const NAMESPACES = 'namespaces';
/** A folder of runs, a run, the folder of an image, and one that a script made in it. */
const DEPTH = 4;
/** Those of machines are one deeper than others. */
const DEPTH_OF_KIND = 2;

/** None where the folder is no must-gather. Throws `UsageError` where it cannot be read, or is of more folders than `maxFolders`. */
export async function findGatheredFiles(root: string, maxFolders: number): Promise<readonly GatheredFile[]> {
  const walk = createWalk(await realpath(root), maxFolders);
  const scopes = await scopesIn(walk, walk.root, DEPTH);
  const files: GatheredFile[] = [];
  for (const scope of scopes) {
    for (const { kind, group, resource } of DUMPED_KINDS) {
      for (const place of [join(group, resource), join('crs', `${resource}.${group}`), `${resource}.${group}`]) {
        files.push(...(await filesOf(walk, kind, join(scope, place))));
      }
    }
  }
  return files;
}

/** The folder of all that is cluster-scoped and of each namespace, of every image. */
async function scopesIn(walk: Walk, folder: string, depth: number): Promise<readonly string[]> {
  const folders = (await walk.list(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const scopes = folders.includes(CLUSTER_SCOPED) ? [join(folder, CLUSTER_SCOPED)] : [];
  if (folders.includes(NAMESPACES)) {
    for (const entry of await walk.list(join(folder, NAMESPACES))) scopes.push(join(folder, NAMESPACES, entry.name));
  }
  const others = depth > 1 ? folders.filter((name) => name !== CLUSTER_SCOPED && name !== NAMESPACES) : [];
  for (const name of others) scopes.push(...(await scopesIn(walk, join(folder, name), depth - 1)));
  return scopes;
}

/** What is in the folder of a kind, and the list that may stand beside it. */
async function filesOf(walk: Walk, kind: string, place: string): Promise<readonly GatheredFile[]> {
  const inFolder = await filesIn(walk, place, DEPTH_OF_KIND);
  const files: GatheredFile[] = [];
  for (const path of [place, ...inFolder, `${place}.yaml`, `${place}.json`]) {
    const real = await walk.real(path);
    const isInside = real !== undefined && walk.isInside(real);
    if (real !== undefined && !(isInside && path === place)) files.push({ kind, path, isInside });
  }
  return files;
}

/** What is named as a file and is none, such as a pipe, is here too: who reads it says that it is missing. */
async function filesIn(walk: Walk, folder: string, depth: number): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const entry of await walk.list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 1) paths.push(...(await filesIn(walk, path, depth - 1)));
    if (entry.isSymbolicLink() || (!entry.isDirectory() && /\.(?:ya?ml|json)$/.test(entry.name))) paths.push(path);
  }
  return paths;
}

interface Walk {
  readonly root: string;
  /** What is in a folder, by name; nothing where it is not there, is no folder, or leads out of the root. */
  readonly list: (folder: string) => Promise<readonly Dirent[]>;
  /** Where a path leads to; undefined where nothing is there. */
  readonly real: (path: string) => Promise<string | undefined>;
  readonly isInside: (real: string) => boolean;
}

const ABSENT: readonly unknown[] = ['ENOENT', 'ENOTDIR'];

function createWalk(root: string, maxFolders: number): Walk {
  let folders = 0;
  const isInside = (path: string) => path === root || path.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
  const real = (path: string) => ifThere(path, () => realpath(path));
  const list = async (folder: string) => {
    const target = await real(folder);
    if (target === undefined || !isInside(target)) return [];
    folders += 1;
    if (folders > maxFolders) throw new UsageError(`${root} holds more than ${maxFolders} folders: give that of one must-gather`);
    const entries = (await ifThere(folder, () => readdir(target, { withFileTypes: true }))) ?? [];
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  };
  return { root, list, real, isInside };
}

async function ifThere<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (ABSENT.includes(code)) return undefined;
    throw new UsageError(`${path} cannot be read: ${code}`);
  }
}
