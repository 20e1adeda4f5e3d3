/** What a person finds in a Slack message: its lines, and per remedy the diff and the command. */
import type { RichTextBlock, RichTextBlockElement, RichTextElement } from '@slack/types';
import type { MessageBlock } from '../../local/embedded-slack/block-schemas.ts';
import type { ChannelMessage } from '../../local/embedded-slack/channel.ts';

/** A foldable part of the message. */
export interface PrintedRemedy {
  readonly title: string;
  readonly lines: readonly string[];
  readonly diff: string;
  /** One line, to be pasted into a shell; undefined where none is printed. */
  readonly command: string | undefined;
}

/** Every line outside the remedies, from the top down; a list has one for each item. */
export function linesOf({ blocks }: Pick<ChannelMessage, 'blocks'>): readonly string[] {
  return blocks.flatMap((block) => {
    if (block.type === 'header') return [block.text.text];
    return block.type === 'rich_text' ? linesIn(block) : [];
  });
}

/** The line that is also all that a locked phone shows. */
export function headOf(message: Pick<ChannelMessage, 'blocks'>): string {
  return linesOf(message)[0] ?? '';
}

/** The remedies, in the order in which they stand; a change that is too long for the message is read in its thread. */
export function remediesIn({ blocks, replies }: Pick<ChannelMessage, 'blocks' | 'replies'>): readonly PrintedRemedy[] {
  const attached = replies.flatMap(({ files }) => files).findLast(({ name }) => name === 'options.txt');
  const options = (attached?.content ?? '').split(/^# /m);
  return blocks.flatMap((block) => (block.type === 'container' ? [readRemedy(block, options)] : []));
}

function readRemedy({ title, child_blocks }: Extract<MessageBlock, { type: 'container' }>, options: readonly string[]): PrintedRemedy {
  const parts = child_blocks.flatMap((child) => (child.type === 'rich_text' ? [child] : []));
  const printed = parts.flatMap(({ elements }) => elements.flatMap((part) => (part.type === 'rich_text_preformatted' ? textIn(part) : [])));
  const lines = parts.flatMap(linesIn);
  const isIn = (what: string) => lines.includes(`${what} is in options.txt, in the thread.`);
  const option = options.find((text) => text.startsWith(`${title?.text.split(' · ')[0]} · `)) ?? '';
  const [commands, diffs] = [
    printed.filter((text) => text.startsWith('kubectl patch ')),
    printed.filter((text) => text.startsWith('--- ')),
  ];
  if (commands.length > 1 || diffs.length > 1) throw new Error(`a remedy prints more than one change: ${printed.join('\n')}`);
  return {
    title: title?.text ?? '',
    lines,
    diff: diffs[0] ?? (isIn('The change') ? (/^--- .*\n(?:[-+@ ].*\n)+/m.exec(option)?.[0] ?? '') : ''),
    command: commands[0] ?? (isIn('The command') ? /^kubectl patch .*/m.exec(option)?.[0] : undefined),
  };
}

function linesIn({ elements }: RichTextBlock): readonly string[] {
  return elements.flatMap((part) => (part.type === 'rich_text_list' ? part.elements.map(textIn) : [textIn(part)]));
}

function textIn({ elements }: Exclude<RichTextBlockElement, { type: 'rich_text_list' }>): string {
  return elements.map((element: RichTextElement) => textOf(element)).join('');
}

function textOf(element: RichTextElement): string {
  if (element.type === 'date') return element.fallback ?? '';
  return 'text' in element ? (element.text ?? '') : '';
}

/** Which of these nodes a message names in its rows of architectures, by architecture; sorted. */
export function nodesNamedIn(
  message: Pick<ChannelMessage, 'blocks'>,
  nodes: readonly { readonly name: string }[],
): Readonly<Record<string, readonly string[]>> {
  const rows = linesOf(message).flatMap((line) => {
    const [, architecture] = /^(\w+) \d+ of \d+, ready /.exec(line) ?? [];
    const words = line.split(/[^a-z0-9-]+/);
    const named = nodes.map(({ name }) => name).filter((name) => words.includes(name));
    return architecture ? [[architecture, named.sort()] as const] : [];
  });
  return Object.fromEntries(rows);
}
