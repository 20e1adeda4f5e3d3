/** The folder of `oc adm must-gather`, of one image or of several. */
import { readdir, realpath } from 'node:fs/promises';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import { listOf } from '../../shared/golden-images/words.ts';
import { ReadError } from '../../shared/kubernetes/failure.ts';
import { plain } from '../../shared/plain.ts';
import { UsageError } from './arguments.ts';
import { isArchive } from './dump.ts';
import { DUMPED_KINDS, type Dump, HYPERCONVERGED, NODE, notInFile } from './dumped.ts';
import { findGatheredFiles } from './gathered-files.ts';
import { createObjectReader } from './gathered-objects.ts';
import type { Newest } from './newest.ts';

export interface Limits {
  readonly folders: number;
  /** Of objects: a large cluster has one each. */
  readonly files: number;
  readonly bytes: number;
}

/** More than the largest cluster needs; that much YAML takes minutes to read. */
const LIMITS: Limits = { folders: 50_000, files: 100_000, bytes: 1024 ** 3 };
const NAMES = 5;
const OF_A_CLUSTER: readonly string[] = [NODE.kind, HYPERCONVERGED.kind];

/** Taken as complete for the kinds that it holds; the others are not known. Throws `UsageError` for a folder that is no must-gather. */
export async function readMustGather(path: string, limits = LIMITS): Promise<Dump> {
  const files = await findGatheredFiles(path, limits.folders);
  if (!files.some(({ kind }) => OF_A_CLUSTER.includes(kind))) throw new UsageError(await whyNot(path));
  if (files.length > limits.files)
    throw new UsageError(`${path} holds more than ${limits.files} files of objects: give that of one must-gather`);
  const kinds = new Map<string, Newest | ReadError>();
  const readKind = createObjectReader(await realpath(path), limits.bytes);
  for (const { kind } of DUMPED_KINDS) {
    const ofKind = files.filter((file) => file.kind === kind);
    if (ofKind.length > 0) kinds.set(kind, await readKind(ofKind));
  }
  checkOneCluster(path, kinds);
  return { itemsOf: (kind) => itemsIn(kinds.get(kind)), notes: notesOn([...kinds.values()]) };
}

/** A kind of which no object was found is not known: the list of one namespace may be empty, and a folder too. */
function itemsIn(found: Newest | ReadError | undefined): readonly JsonObject[] {
  if (found instanceof ReadError) throw found;
  if (found === undefined || found.items.length === 0) throw notInFile('the must-gather does not hold them');
  return found.items;
}

/** Machines come and go under their names while a must-gather runs; nodes and the CR do not. */
function checkOneCluster(path: string, kinds: ReadonlyMap<string, Newest | ReadError>): void {
  for (const kind of OF_A_CLUSTER) {
    const found = kinds.get(kind);
    const [replaced] = found instanceof ReadError ? [] : (found?.replaced ?? []);
    if (replaced) {
      throw new UsageError(
        `${path} holds two of ${plain(replaced)}, and each is an object of its own: give the folder of one cluster at one time`,
      );
    }
  }
}

function notesOn(found: readonly (Newest | ReadError)[]): readonly string[] {
  const changed = found.flatMap((kind) => (kind instanceof ReadError ? [] : [...kind.changed, ...kind.replaced]));
  if (changed.length === 0) return [];
  return [`gathered more than once, and changed in between; the newest is taken: ${listOf(changed, NAMES, plain)}`];
}

async function whyNot(path: string): Promise<string> {
  const packed = (await readdir(path)).find(isArchive);
  const advice = packed ? `unpack ${plain(packed)} first (tar -xf)` : 'give the folder that oc adm must-gather has made';
  return `${path} holds no Node and no HyperConverged of a must-gather: ${advice}`;
}
