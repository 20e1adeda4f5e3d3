/** The objects of one kind in a must-gather, from their files. */
import { readFile, stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { type JsonObject, MalformedError } from '../../shared/golden-images/json.ts';
import { ReadError } from '../../shared/kubernetes/failure.ts';
import { UsageError } from './arguments.ts';
import { DocumentError, parseObjects } from './documents.ts';
import { isPart } from './dump.ts';
import { notInFile } from './dumped.ts';
import type { GatheredFile } from './gathered-files.ts';
import { type Newest, newestOf } from './newest.ts';

/** The result is a `ReadError` where they are not known; throws `UsageError` where they are too many to read. */
export type ReadKind = (files: readonly GatheredFile[]) => Promise<Newest | ReadError>;

/** Reads below `root`, the folder as it really is, and of all kinds together no more than `maxBytes`. */
export function createObjectReader(root: string, maxBytes: number): ReadKind {
  let left = maxBytes;
  const read = async (path: string, name: string) => {
    const found = await stat(path);
    if (!found.isFile()) throw notInFile(`${name} is not a file`); // a pipe would be waited for, without end
    left -= found.size;
    if (left < 0) throw new UsageError(`${root} holds objects of more than ${maxBytes} bytes: give the folder of one image`);
    return readFile(path);
  };
  const readOne = async (file: GatheredFile) => {
    const name = relative(root, file.path);
    if (!file.isInside) throw notInFile(`${name} is a link that leads out of the folder`);
    const bytes = await read(file.path, name).catch((error: NodeJS.ErrnoException) => {
      throw error.code === undefined ? error : notInFile(`${name} cannot be read: ${error.code}`);
    });
    return objectsIn(bytes, name, file.kind);
  };
  return (files) => readKind(files, readOne);
}

/** A file that cannot be read leaves its whole kind unknown: what is missing would look as if it were not there. */
async function readKind(
  files: readonly GatheredFile[],
  readOne: (file: GatheredFile) => Promise<readonly JsonObject[]>,
): Promise<Newest | ReadError> {
  try {
    const objects: JsonObject[] = [];
    for (const file of files) objects.push(...(await readOne(file)));
    return newestOf(objects);
  } catch (error) {
    if (error instanceof ReadError) return error;
    if (error instanceof MalformedError) return new ReadError('malformed', error.message);
    throw error;
  }
}

function objectsIn(bytes: Uint8Array, name: string, wanted: string): readonly JsonObject[] {
  try {
    const { documents, items } = parseObjects(bytes);
    if (documents.some(isPart)) throw notInFile(`${name} holds only the first page of the list`);
    const stranger = items.find(({ kind }) => kind !== wanted);
    if (stranger) throw new DocumentError(`holds a ${stranger.kind}, and is where a ${wanted} belongs`);
    return items;
  } catch (error) {
    if (error instanceof DocumentError) throw new ReadError('malformed', `${name} ${error.message}`);
    throw error;
  }
}
