/** What a message may say: its text, blocks and metadata, parsed or refused as Slack would. */
import type { MessageMetadata } from '@slack/types';
import { type MessageBlock, messageBlocks } from './block-schemas.ts';
import { MARKDOWN_CHARACTERS, MESSAGE_CHARACTERS, METADATA_BYTES, TABLE_CHARACTERS, TEXT_CHARACTERS } from './limits.ts';
import { countCharacters } from './message-text.ts';
import { Refusal } from './refusal.ts';
import { isRecord, type Problem } from './schema.ts';

/** What a post or an edit says. Without `metadata` an edit keeps what was there; `null` takes it away. */
export interface MessageContent {
  readonly text: string;
  readonly blocks: readonly MessageBlock[];
  readonly metadata?: MessageMetadata | null;
}

/** Reads the content out of a call's arguments. */
export function parseContent(call: Readonly<Record<string, unknown>>): MessageContent {
  refuseUnknownContent(call);
  const text = typeof call.text === 'string' ? call.text : '';
  if (text.length > TEXT_CHARACTERS) throw new Refusal('msg_too_long');
  const blocks = parseBlocks(call.blocks);
  if (text === '' && blocks.length === 0) throw new Refusal('no_text');
  return { text, blocks, ...(call.metadata === undefined ? {} : { metadata: parseMetadata(call.metadata) }) };
}

/** Reads blocks, or says which of them is wrong and how. */
export function parseBlocks(value: unknown): readonly MessageBlock[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Refusal('invalid_blocks_format');
  const problems = [...messageBlocks(value, '/blocks'), ...repeatedIds(value), ...totals(value)];
  if (!areBlocks(value, problems)) throw new Refusal('invalid_blocks', problems.map(describe));
  if (countCharacters(value) > MESSAGE_CHARACTERS) throw new Refusal('msg_blocks_too_long');
  return value;
}

const areBlocks = (_value: unknown, problems: readonly Problem[]): _value is readonly MessageBlock[] => problems.length === 0;

const describe = ({ at, what }: Problem) => `[ERROR] ${what} [json-pointer:${at}]`;

/** What the real Slack knows and this one would lose without a word. */
function refuseUnknownContent(call: Readonly<Record<string, unknown>>): void {
  for (const name of ['attachments', 'markdown_text']) {
    if (call[name] !== undefined) throw new Refusal('invalid_arguments', [`[ERROR] the embedded Slack does not know ${name}`]);
  }
}

function repeatedIds(blocks: readonly unknown[]): readonly Problem[] {
  const seen = new Set<string>();
  return everyBlock(blocks, '/blocks').flatMap(({ block, at }) => [
    ...(repeats(block.block_id, seen) ? [{ at: `${at}/block_id`, what: `block_id already exists: ${block.block_id}` }] : []),
    ...repeatedActions(block, at),
  ]);
}

function repeatedActions(block: Readonly<Record<string, unknown>>, at: string): readonly Problem[] {
  const seen = new Set<string>();
  const elements: readonly unknown[] = block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [];
  return elements.flatMap((element, index) =>
    isRecord(element) && repeats(element.action_id, seen)
      ? [{ at: `${at}/elements/${index}/action_id`, what: `action_id already exists: ${element.action_id}` }]
      : [],
  );
}

function repeats(id: unknown, seen: Set<string>): boolean {
  if (typeof id !== 'string') return false;
  if (seen.has(id)) return true;
  seen.add(id);
  return false;
}

/** What Slack limits over all blocks of a message. */
const TOTALS = [
  { type: 'table', max: TABLE_CHARACTERS },
  { type: 'markdown', max: MARKDOWN_CHARACTERS },
];

function totals(blocks: readonly unknown[]): readonly Problem[] {
  const every = everyBlock(blocks, '/blocks');
  return TOTALS.flatMap(({ type, max }) => {
    const characters = countCharacters(every.map(({ block }) => block).filter((block) => block.type === type));
    return characters > max ? [{ at: '/blocks', what: `all ${type} blocks must be less than ${max + 1} characters` }] : [];
  });
}

interface FoundBlock {
  readonly block: Readonly<Record<string, unknown>>;
  readonly at: string;
}

function everyBlock(blocks: readonly unknown[], at: string): readonly FoundBlock[] {
  return blocks.flatMap((block, index) => {
    if (!isRecord(block)) return [];
    const here = `${at}/${index}`;
    const children = Array.isArray(block.child_blocks) ? everyBlock(block.child_blocks, `${here}/child_blocks`) : [];
    return [{ block, at: here }, ...children];
  });
}

function parseMetadata(value: unknown): MessageMetadata | null {
  if (isRecord(value) && Object.keys(value).length === 0) return null;
  if (!isMetadata(value)) throw new Refusal('invalid_metadata_format');
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES) throw new Refusal('metadata_too_large');
  return value;
}

function isMetadata(value: unknown): value is MessageMetadata {
  return isRecord(value) && typeof value.event_type === 'string' && /^\w+$/.test(value.event_type) && isRecord(value.event_payload);
}
