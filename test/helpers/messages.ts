/** Reading a message as a stranger would: every text in it, what of it is a command, and whether Slack's limits hold. */
import assert from 'node:assert/strict';
import { parseContent } from '../../local/embedded-slack/message-content.ts';

/** A JSON value with a type that can be walked. */
type Value = unknown;

/** An object somewhere inside a message. */
export type Part = Readonly<Record<string, Value>>;

/** All objects inside a value, itself included, from the outside in. */
export function partsOf(value: Value): readonly Part[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(partsOf)];
}

/** All parts of one type. */
export function ofType(value: Value, type: string): readonly Part[] {
  return partsOf(value).filter((part) => part.type === type);
}

/** Every text that a person can see, link addresses included. */
export function textsOf(value: Value): readonly string[] {
  const shown = partsOf(value).flatMap(({ text, url, fallback }) => [text, url, fallback]);
  return shown.filter((text) => typeof text === 'string');
}

/** All texts as one. */
export function allText(value: Value): string {
  return textsOf(value).join('');
}

/** The texts of a message's preformatted elements. */
export function preformattedOf(blocks: Value): readonly string[] {
  return ofType(blocks, 'rich_text_preformatted').map((part) => {
    const [only, ...rest] = partsOf(part.elements);
    assert.equal(rest.length, 0, 'more than one element in a preformatted one');
    assert.equal(only?.type, 'text');
    return String(only.text);
  });
}

/** The commands of a message: what a person is to copy into a shell. */
export function commandsOf(blocks: Value): readonly string[] {
  return preformattedOf(blocks).filter((text) => !text.startsWith('--- ') && !/^(#.*\n)*apiVersion: /.test(text));
}

/** Asserts that Slack takes blocks and text: by the embedded Slack's own rules, and by the documents' numbers. */
export function assertTakenBySlack(text: string, blocks: readonly Value[], metadata: Value): void {
  parseContent({ text, blocks, metadata });
  assert.ok(blocks.length <= 50, `${blocks.length} blocks`);
  assert.ok(text.length <= 4_000, `a text of ${text.length}`);
  for (const header of ofType(blocks, 'header')) assert.ok(lengthOf(header) <= 150, `a header of ${lengthOf(header)}`);
  for (const container of ofType(blocks, 'container')) {
    assert.ok(lengthOf(container.title) <= 150, `a title of ${lengthOf(container.title)}`);
    assert.ok(Array.isArray(container.child_blocks) && container.child_blocks.length <= 10, 'too many children');
  }
  assert.ok(lengthOf(blocks) <= 10_000, `${lengthOf(blocks)} characters`);
}

function lengthOf(value: Value): number {
  return allText(value).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').length;
}
