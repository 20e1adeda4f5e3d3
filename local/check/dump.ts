/** A saved dump of a cluster, read as one look would have read the cluster. Never touches the network. */
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { isObject, type Json, type JsonObject, stringAt } from '../../shared/golden-images/json.ts';
import { readNode } from '../../shared/golden-images/node.ts';
import type { FailedRead, Read, Snapshot } from '../../shared/golden-images/snapshot.ts';
import { attempt } from '../../shared/kubernetes/failure.ts';
import { chooseHyperConverged, HYPERCONVERGEDS, type NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import { UsageError } from './arguments.ts';

/** Reads `kubectl get nodes,hyperconvergeds -A -o json` (or yaml), or several such files in one. Throws `UsageError`. */
export async function readDump(path: string, wanted: NamespacedName | undefined, now: Date): Promise<Snapshot> {
  const { documents, items } = parseDump(path, await readText(path));
  const nodes = items.filter(({ kind }) => kind === 'Node');
  const hyperConvergeds = items.filter(({ kind }) => kind === 'HyperConverged');
  if (nodes.length + hyperConvergeds.length === 0 && !documents.some(isEmptyList)) {
    throw new UsageError(`${path} holds no Node and no HyperConverged: save it with kubectl get nodes,hyperconvergeds -A -o json`);
  }
  return {
    takenAt: now.toISOString(),
    versions: { nodes: undefined, hyperConverged: undefined },
    nodes: await partOf('nodes', documents, 'Node', async () => nodes.map((node) => readNode(node))),
    hyperConverged: await partOf(HYPERCONVERGEDS, documents, 'HyperConverged', async () => chooseHyperConverged(hyperConvergeds, wanted)),
    served: undefined,
    operator: undefined,
  };
}

async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    return new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes); // it drops a byte order mark
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** By its byte order mark: Windows PowerShell redirects into such files. */
function isUtf16([first, second]: Uint8Array): boolean {
  return first === 0xff && second === 0xfe;
}

interface Dump {
  readonly documents: readonly JsonObject[];
  readonly items: readonly JsonObject[];
}

/** JSON, JSON documents one after the other, or YAML. */
function parseDump(path: string, text: string): Dump {
  try {
    const documents = text.trimStart().startsWith('{') ? splitJsonDocuments(text).map(parseJson) : parseYamlDocuments(text);
    if (documents.length > 0 && documents.every(isObject)) return { documents, items: documents.flatMap(itemsOf) };
  } catch (error) {
    throw new UsageError(`${path} is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
  throw new UsageError(`${path} holds no Kubernetes objects`);
}

function parseJson(text: string): unknown {
  return JSON.parse(text);
}

/** A document ends with the brace that closes it; what follows the last one is handed on too, so that its parser complains. */
function splitJsonDocuments(text: string): readonly string[] {
  const ends: number[] = [];
  let depth = 0;
  let isInString = false;
  for (const { 0: token, index } of text.matchAll(/\\.|["{}]/g)) {
    if (token === '"') isInString = !isInString;
    else if (!isInString && token === '{') depth += 1;
    else if (!isInString && token === '}' && --depth === 0) ends.push(index + 1);
  }
  return [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end)).filter((document) => document.trim() !== '');
}

function parseYamlDocuments(text: string): unknown[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS();
  });
}

/** Throws where a list does not hold what a list holds: what is missing from it would look as if it were not there. */
function itemsOf(document: JsonObject): readonly JsonObject[] {
  const { kind, items } = document;
  if (typeof kind !== 'string') throw new Error('an object without a kind');
  if (!kind.endsWith('List')) return [document];
  if (items !== null && !Array.isArray(items)) throw new Error(`a ${kind} without items`); // Go writes an empty list as null
  return (items ?? []).flatMap((item: Json) => {
    if (!isObject(item)) throw new Error(`a ${kind} with an item that is not an object`);
    return itemsOf({ kind: kind.slice(0, -'List'.length), ...item });
  });
}

function isEmptyList({ kind }: JsonObject): boolean {
  return kind === 'List';
}

/** A List is taken as complete; a file of other kinds says nothing about the kind that is not in it. */
async function partOf<T>(resource: string, documents: readonly JsonObject[], kind: string, read: () => Promise<T>): Promise<Read<T>> {
  const covering = documents.filter((document) => ['List', kind, `${kind}List`].includes(String(document.kind)));
  if (covering.length === 0) return { ok: false, failure: notInTheFile(resource, 'the file does not hold them') };
  if (covering.some(isPart)) return { ok: false, failure: notInTheFile(resource, 'the file holds only the first page of the list') };
  return attempt(resource, read);
}

function isPart(list: JsonObject): boolean {
  return Boolean(stringAt(list, 'metadata', 'continue'));
}

function notInTheFile(resource: string, detail: string): FailedRead {
  return { resource, reason: 'not-in-file', detail };
}
