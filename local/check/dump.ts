/** A saved dump of a cluster, read as one look would have read the cluster. Never touches the network. */
import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { isObject, type JsonObject } from '../../shared/golden-images/json.ts';
import { readNode } from '../../shared/golden-images/node.ts';
import type { FailedRead, Read, Snapshot } from '../../shared/golden-images/snapshot.ts';
import { attempt } from '../../shared/kubernetes/failure.ts';
import { chooseHyperConverged, HYPERCONVERGEDS, type NamespacedName } from '../../shared/kubernetes/read-hyperconverged.ts';
import { UsageError } from './arguments.ts';

/** Reads `kubectl get nodes,hyperconvergeds -A -o json` (or yaml), or several such files in one. Throws `UsageError`. */
export async function readDump(path: string, wanted: NamespacedName | undefined, now: Date): Promise<Snapshot> {
  const documents = parseDocuments(path, await readText(path));
  const items = documents.flatMap(itemsOf);
  const nodes = items.filter(({ kind }) => kind === 'Node');
  const hyperConvergeds = items.filter(({ kind }) => kind === 'HyperConverged');
  if (nodes.length + hyperConvergeds.length === 0 && !documents.some(isEmptyList)) {
    throw new UsageError(`${path} holds no Node and no HyperConverged: save it with kubectl get nodes,hyperconvergeds -A -o json`);
  }
  return {
    takenAt: now.toISOString(),
    nodes: await partOf('nodes', documents, 'Node', async () => nodes.map((node) => readNode(node))),
    hyperConverged: await partOf(HYPERCONVERGEDS, documents, 'HyperConverged', async () => chooseHyperConverged(hyperConvergeds, wanted)),
    served: undefined,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** JSON, JSON documents one after the other, or YAML. */
function parseDocuments(path: string, text: string): readonly JsonObject[] {
  try {
    const values: unknown[] = text.trimStart().startsWith('{') ? parseJsonDocuments(text) : parseYamlDocuments(text);
    if (values.length > 0 && values.every(isObject)) return values;
  } catch (error) {
    throw new UsageError(`${path} is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
  throw new UsageError(`${path} holds no Kubernetes objects`);
}

/** kubectl closes each document with a brace at the start of a line, and nothing inside one looks so. */
function parseJsonDocuments(text: string): unknown[] {
  return text.split(/(?<=^\})\s*(?=^\{)/m).map((document) => JSON.parse(document));
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

function itemsOf(document: JsonObject): readonly JsonObject[] {
  const { kind, items } = document;
  if (typeof kind !== 'string' || !kind.endsWith('List')) return [document];
  return (Array.isArray(items) ? items : []).filter(isObject).flatMap((item) => itemsOf({ kind: kind.slice(0, -'List'.length), ...item }));
}

function isEmptyList({ kind }: JsonObject): boolean {
  return kind === 'List';
}

/** A List is taken as complete; a file of other kinds says nothing about the kind that is not in it. */
async function partOf<T>(resource: string, documents: readonly JsonObject[], kind: string, read: () => Promise<T>): Promise<Read<T>> {
  const isCovered = documents.some((document) => document.kind === 'List' || document.kind === kind || document.kind === `${kind}List`);
  return isCovered ? attempt(resource, read) : { ok: false, failure: notInTheFile(resource) };
}

function notInTheFile(resource: string): FailedRead {
  return { resource, reason: 'not-in-file', detail: 'the file does not hold them' };
}
