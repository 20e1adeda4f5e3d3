/** Kubernetes objects from text, as kubectl and oc save them: JSON, JSON documents one after the other, or YAML. */
import { parseAllDocuments } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../shared/golden-images/json.ts';

/** Text that holds no Kubernetes objects. The message says why, and not where. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

export interface Parsed {
  /** Each an object, or a list. */
  readonly documents: readonly JsonObject[];
  /** The objects, and those that are in lists. */
  readonly items: readonly JsonObject[];
}

/** Throws `DocumentError`. */
export function parseObjects(bytes: Uint8Array): Parsed {
  const text = new TextDecoder(isUtf16(bytes) ? 'utf-16le' : 'utf-8').decode(bytes); // it drops a byte order mark
  const documents = parse(text);
  if (documents.length === 0 || !documents.every(isObject)) throw new DocumentError('holds no Kubernetes objects');
  return { documents, items: documents.flatMap((document) => itemsOf(document, MAX_DEPTH)) };
}

/** Of lists within lists: YAML can hold itself. */
const MAX_DEPTH = 4;

/** Throws where a list does not hold what a list holds: what is missing from it would look as if it were not there. */
function itemsOf(document: JsonObject, depth: number): readonly JsonObject[] {
  const { kind, items } = document;
  if (typeof kind !== 'string') throw new DocumentError('holds an object without a kind');
  if (!kind.endsWith('List')) return [document];
  if (depth === 0) throw new DocumentError('holds lists within lists without end');
  if (items !== null && !Array.isArray(items)) throw new DocumentError(`holds a ${kind} without items`); // Go writes an empty list as null
  return (items ?? []).flatMap((item: Json) => {
    if (!isObject(item)) throw new DocumentError(`holds a ${kind} with an item that is not an object`);
    return itemsOf({ kind: kind.slice(0, -'List'.length), ...item }, depth - 1);
  });
}

/** By its byte order mark: Windows PowerShell redirects into such files. */
function isUtf16([first, second]: Uint8Array): boolean {
  return first === 0xff && second === 0xfe;
}

function parse(text: string): readonly unknown[] {
  try {
    return text.trimStart().startsWith('{') ? splitJsonDocuments(text).map(parseJson) : parseYamlDocuments(text);
  } catch (error) {
    throw new DocumentError(`is neither JSON nor YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
  }
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

function parseYamlDocuments(text: string): readonly unknown[] {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents)) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS();
  });
}
