/** A dump of a cluster in one file: `kubectl get … -o json` or yaml, or several such in one. */
import { readFile } from 'node:fs/promises';
import { type JsonObject, stringAt } from '../../shared/golden-images/json.ts';
import { UsageError } from './arguments.ts';
import { DocumentError, type Parsed, parseObjects } from './documents.ts';
import { type Dump, HYPERCONVERGED, NODE, notInFile } from './dumped.ts';

const ARCHIVE = /\.(?:tar|tgz|txz|tar\.[a-z0-9]+|gz|xz|zst|zip)$/i;

/** Throws `UsageError` for a file that is no dump. */
export async function readDumpFile(path: string): Promise<Dump> {
  if (isArchive(path)) throw new UsageError(`${path} is packed: unpack it first (tar -xf), and give the folder`);
  const bytes = await readBytes(path);
  if (isGzip(bytes)) throw new UsageError(`${path} is packed: unpack it first (gunzip, or tar -xf), and give what was in it`);
  return open(path, parseFile(path, bytes));
}

/** By its name. */
export function isArchive(path: string): boolean {
  return ARCHIVE.test(path);
}

function open(path: string, { documents, items }: Parsed): Dump {
  const ofKind = (wanted: string) => items.filter(({ kind }) => kind === wanted);
  const isEmptyHanded = [NODE, HYPERCONVERGED].every(({ kind }) => ofKind(kind).length === 0);
  if (isEmptyHanded && !documents.some(({ kind }) => kind === 'List')) {
    throw new UsageError(`${path} holds no Node and no HyperConverged: save it with kubectl get nodes,hyperconvergeds -A -o json`);
  }
  return {
    itemsOf: (kind) => {
      const found = ofKind(kind);
      checkCovered(kind, documents, found);
      return found;
    },
    notes: [],
  };
}

/** What the command of the usage asks for: a List without any says that there are none. Of other kinds it says so only if it holds some. */
const ALWAYS_LISTED: readonly string[] = [NODE.kind, HYPERCONVERGED.kind];

/** A List is taken as complete; a file of other kinds says nothing about the kind that is not in it. */
function checkCovered(kind: string, documents: readonly JsonObject[], found: readonly JsonObject[]): void {
  const kinds = [kind, `${kind}List`, ...(ALWAYS_LISTED.includes(kind) || found.length > 0 ? ['List'] : [])];
  const covering = documents.filter((document) => kinds.includes(String(document.kind)));
  if (covering.length === 0) throw notInFile('the file does not hold them');
  if (covering.some(isPart)) throw notInFile('the file holds only the first page of the list');
}

/** Whether a list goes on elsewhere. */
export function isPart(list: JsonObject): boolean {
  return Boolean(stringAt(list, 'metadata', 'continue'));
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function isGzip([first, second]: Uint8Array): boolean {
  return first === 0x1f && second === 0x8b;
}

function parseFile(path: string, bytes: Uint8Array): Parsed {
  try {
    return parseObjects(bytes);
  } catch (error) {
    if (error instanceof DocumentError) throw new UsageError(`${path} ${error.message}`);
    throw error;
  }
}
