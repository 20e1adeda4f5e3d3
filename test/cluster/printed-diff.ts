/** The diff of a message, taken at its word: what the whole CR must be once it is carried out. */
import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import { parse } from 'yaml';
import { toYaml } from '../../shared/kubernetes/yaml-diff.ts';
import type { Answer } from './servers/kubernetes-client.ts';

/** The object once the diff is applied to the YAML of its part; all that the diff does not show stays as it is. */
export function promisedBy(diff: string, object: Answer): Answer {
  const shown = read(side(diff, '-'));
  const text = toYaml(partOf(object, shown));
  const patched = applyPatch(text, diff);
  assert.ok(patched !== false, `the diff does not fit what is there:\n${diff}\n${text}`);
  return spliced(object, shown, read(patched));
}

/** An empty object is shown as a bare key. */
function read(yaml: string): Answer {
  return parse(yaml, (_key, value) => value ?? {}) ?? {};
}

/** The lines before (`-`), or after (`+`), with those that stay. */
function side(diff: string, sign: '-' | '+'): string {
  const [, ...lines] = diff.slice(diff.indexOf('\n@@ ') + 1).split('\n');
  return lines
    .filter((line) => line.startsWith(sign) || line.startsWith(' '))
    .map((line) => `${line.slice(1)}\n`)
    .join('');
}

/** The members that are shown, with the values that the object has; of a list with names, the entries that are shown. */
function partOf(value: Answer, shown: Answer): Answer {
  if (isMap(value) && isMap(shown)) return Object.fromEntries(Object.keys(shown).map((name) => [name, partOf(value[name], shown[name])]));
  if (isNamedList(value) && isNamedList(shown)) return shown.map((entry: Answer) => partOf(find(value, entry), entry));
  return value;
}

/** `value` with what is shown `before` made into what is shown `after`. */
function spliced(value: Answer, before: Answer, after: Answer): Answer {
  if (isMap(after) && isMap(before ?? {})) return splicedMap(value ?? {}, before ?? {}, after);
  if (isNamedList(value) && isNamedList(before) && isNamedList(after)) return splicedList(value, before, after);
  assert.deepEqual(value, before, 'the diff shows another value than there is');
  return after;
}

function splicedMap(value: Answer, before: Answer, after: Answer): Answer {
  const gone = Object.keys(before).filter((name) => !(name in after));
  const kept = Object.entries(value).filter(([name]) => !gone.includes(name));
  const changed = Object.keys(after).map((name) => [name, spliced(value[name], before[name], after[name])]);
  return Object.fromEntries([...kept, ...changed]);
}

function splicedList(value: Answer, before: Answer, after: Answer): Answer {
  const kept = value.filter((entry: Answer) => !find(before, entry) || find(after, entry));
  const changed = kept.map((entry: Answer) => (find(after, entry) ? spliced(entry, find(before, entry), find(after, entry)) : entry));
  return [...changed, ...after.filter((entry: Answer) => !find(value, entry))];
}

function isNamedList(value: Answer): boolean {
  return Array.isArray(value) && value.every((entry) => isMap(entry) && nameOf(entry) !== undefined);
}

function find(list: Answer, named: Answer): Answer {
  return list.find((entry: Answer) => nameOf(entry) === nameOf(named));
}

function nameOf({ name, metadata }: Answer): string | undefined {
  return name ?? metadata?.name;
}

function isMap(value: Answer): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
