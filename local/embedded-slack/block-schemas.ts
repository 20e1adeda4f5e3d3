/** Which blocks Slack takes in a message: a table from the type of a block to its check. */
import type {
  ActionsBlock,
  ContainerBlock,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  ImageBlock,
  MarkdownBlock,
  RichTextBlock,
  SectionBlock,
  TableBlock,
} from '@slack/types';
import { anyText, image, imageFields, interactive, plainText } from './element-schemas.ts';
import * as limits from './limits.ts';
import { richText } from './rich-text-schema.ts';
import { byType, type Check, flag, isRecord, list, number, object, oneOf, text } from './schema.ts';

/** The blocks that this Slack knows, by type. Those that it does not know (cards, inputs, video) it refuses: stricter than the real one. */
export interface BlockTypes extends SimpleBlockTypes {
  readonly container: Container;
  readonly markdown: MarkdownBlock;
}

/** A container, with those of its possible children that this Slack knows. */
export interface Container extends Omit<ContainerBlock, 'child_blocks'> {
  readonly child_blocks: readonly SimpleBlockTypes[keyof SimpleBlockTypes][];
}

/** The blocks that may stand in a message and in a container. */
export interface SimpleBlockTypes {
  readonly section: SectionBlock;
  readonly header: HeaderBlock;
  readonly context: ContextBlock;
  readonly divider: DividerBlock;
  readonly actions: ActionsBlock;
  readonly rich_text: RichTextBlock;
  readonly table: TableBlock;
  readonly image: ImageBlock;
}

/** A block that can be in a message here. */
export type MessageBlock = BlockTypes[keyof BlockTypes];

const block_id = text({ max: limits.ID_CHARACTERS });

const needsTextOrFields: Check = (value, at) =>
  isRecord(value) && value.text === undefined && value.fields === undefined ? [{ at, what: 'missing required field: text or fields' }] : [];

const needsTitle: Check = (value, at) =>
  isRecord(value) && value.title === undefined && value.rich_text_title === undefined
    ? [{ at, what: 'missing required field: title or rich_text_title' }]
    : [];

const collapsesOnlyIfItCan: Check = (value, at) =>
  isRecord(value) && value.default_collapsed === true && value.is_collapsible !== true
    ? [{ at: `${at}/default_collapsed`, what: 'requires is_collapsible to be true' }]
    : [];

const cell = byType({
  raw_text: object({ required: { text: text() } }),
  raw_number: object({ required: { value: number, text: text() } }),
  rich_text: richText,
});

const simple = {
  section: object({
    optional: {
      block_id,
      text: anyText(),
      fields: list(anyText(limits.FIELD_CHARACTERS), { min: 1, max: limits.FIELDS_PER_SECTION }),
      accessory: byType({ ...interactive, image }),
      expand: flag,
    },
    also: needsTextOrFields,
  }),
  header: object({ required: { text: plainText(limits.HEADER_CHARACTERS) }, optional: { block_id } }),
  context: object({
    required: {
      elements: list(byType({ plain_text: anyText(), mrkdwn: anyText(), image }), { min: 1, max: limits.ELEMENTS_PER_CONTEXT }),
    },
    optional: { block_id },
  }),
  divider: object({ optional: { block_id } }),
  actions: object({
    required: { elements: list(byType(interactive), { min: 1, max: limits.ELEMENTS_PER_ACTIONS }) },
    optional: { block_id },
  }),
  rich_text: richText,
  image: object({ ...imageFields, optional: { ...imageFields.optional, block_id, title: plainText(limits.IMAGE_CHARACTERS) } }),
  table: object({
    required: { rows: list(list(cell, { min: 1, max: limits.COLUMNS_PER_TABLE }), { min: 1, max: limits.ROWS_PER_TABLE }) },
    optional: {
      block_id,
      column_settings: list(object({ optional: { align: oneOf('left', 'center', 'right'), is_wrapped: flag } }), {
        max: limits.COLUMNS_PER_TABLE,
      }),
    },
  }),
} satisfies Record<keyof SimpleBlockTypes, Check>;

const container = object({
  required: { child_blocks: list(byType(simple), { min: 1, max: limits.BLOCKS_PER_CONTAINER }) },
  optional: {
    block_id,
    title: plainText(limits.CONTAINER_TITLE_CHARACTERS),
    rich_text_title: byType({ rich_text: richText }),
    subtitle: anyText(limits.CONTAINER_TITLE_CHARACTERS),
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    icon: byType({ image }),
    is_collapsible: flag,
    default_collapsed: flag,
    has_header_divider: flag,
  },
  also: (value, at) => [...needsTitle(value, at), ...collapsesOnlyIfItCan(value, at)],
});

const markdown = object({ required: { text: text({ max: limits.MARKDOWN_CHARACTERS }) }, optional: { block_id } });

const types = { ...simple, container, markdown } satisfies Record<keyof BlockTypes, Check>;

/** All blocks of a message, each by itself. */
export const messageBlocks: Check = list(byType(types), { max: limits.BLOCKS_PER_MESSAGE });
