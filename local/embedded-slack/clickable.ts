/** What of a message can be clicked, and what exactly was. */
import type { Button, PlainTextOption, StaticSelect } from '@slack/types';
import type { MessageBlock, SimpleBlockTypes } from './block-schemas.ts';

/** What a person clicks: a button, or an option of a menu by its value. */
export interface Click {
  /** Of the message. */
  readonly ts: string;
  readonly actionId: string;
  readonly option?: string;
}

/** An element of a message with the block that it stands in, as Slack tells of it. */
export interface Clicked {
  readonly blockId: string;
  readonly element: Button | StaticSelect;
  readonly option?: PlainTextOption;
}

type Block = MessageBlock | SimpleBlockTypes[keyof SimpleBlockTypes];

/** The block's own id, else one that is made of its place: Slack gives an id to each block that has none. */
export function withIds(blocks: readonly MessageBlock[]): readonly MessageBlock[] {
  return blocks.map((block, index) => ({ ...block, block_id: block.block_id ?? `b${index}` }));
}

/** Finds what was clicked; undefined where the message has no such button or option. */
export function findClicked(blocks: readonly MessageBlock[], { actionId, option }: Omit<Click, 'ts'>): Clicked | undefined {
  for (const { blockId, element } of withIds(blocks).flatMap(elementsOf)) {
    if (element.action_id !== actionId) continue;
    if (element.type === 'button') return option === undefined ? { blockId, element } : undefined;
    const chosen = element.options?.find(({ value }) => value === option);
    return chosen && { blockId, element, option: chosen };
  }
  return undefined;
}

/** Those that this Slack can click; links open in the browser. */
function elementsOf(block: Block): readonly Pick<Clicked, 'blockId' | 'element'>[] {
  if (block.type === 'container') return block.child_blocks.flatMap(elementsOf);
  const { block_id: blockId = '' } = block;
  const elements = block.type === 'actions' ? block.elements : block.type === 'section' && block.accessory ? [block.accessory] : [];
  return elements.flatMap((element) => (element.type === 'button' || element.type === 'static_select' ? [{ blockId, element }] : []));
}
