/**
 * What Slack refuses, as numbers. "T" is the documentation inside `@slack/types` 3.2.0, "D" is docs.slack.dev, "M" was measured by others.
 * Where Slack publishes nothing, the number is on the strict side, so that what passes here passes there.
 */

/** D: reference/block-kit/blocks, "up to 50 blocks in each message". */
export const BLOCKS_PER_MESSAGE = 50;
/** M: github.com/slackapi/bolt-js/issues/2509; not documented. */
export const MESSAGE_CHARACTERS = 13_200;
/** M: the same reports; each header costs more than its text. */
export const EXTRA_CHARACTERS_PER_HEADER = 100;
/** D: methods/chat.postMessage, "truncating"; `msg_too_long` is the documented code. */
export const TEXT_CHARACTERS = 40_000;
/** T: `block_id` and `action_id`. */
export const ID_CHARACTERS = 255;

/** T: `SectionBlock.text`; D: composition-objects/text-object has the same. */
export const TEXT_OBJECT_CHARACTERS = 3_000;
/** T: `SectionBlock.fields`. */
export const FIELDS_PER_SECTION = 10;
/** T: `SectionBlock.fields`, each. */
export const FIELD_CHARACTERS = 2_000;
/** T: `HeaderBlock.text`. */
export const HEADER_CHARACTERS = 150;
/** T: `ContextBlock.elements`. */
export const ELEMENTS_PER_CONTEXT = 10;
/** T: `ActionsBlock.elements`. */
export const ELEMENTS_PER_ACTIONS = 25;

/** T: `Button.text`, also its `accessibility_label`. */
export const BUTTON_CHARACTERS = 75;
/** T: `Button.value`. */
export const BUTTON_VALUE_CHARACTERS = 2_000;
/** T: `Button.url`; D has the same for the `url` of an option. */
export const URL_CHARACTERS = 3_000;
/** D: composition-objects/option-object, `text` and `description`. */
export const OPTION_CHARACTERS = 75;
/** D: composition-objects/option-object, `value`. */
export const OPTION_VALUE_CHARACTERS = 150;
/** T: `Overflow.options`. */
export const OPTIONS_PER_OVERFLOW = 5;
/** T: `StaticSelect.options`. */
export const OPTIONS_PER_SELECT = 100;
/** D: block-elements/select-menu-element, `placeholder`. */
export const PLACEHOLDER_CHARACTERS = 150;
/** D: composition-objects/confirmation-dialog-object. */
export const CONFIRM_CHARACTERS = { title: 100, text: 300, button: 30 } as const;

/** T: `ImageBlock.alt_text` and `title`. */
export const IMAGE_CHARACTERS = 2_000;
/** T: `ContainerBlock.title` and `subtitle`. */
export const CONTAINER_TITLE_CHARACTERS = 150;
/** T: `ContainerBlock.child_blocks`. */
export const BLOCKS_PER_CONTAINER = 10;
/** D: block-kit/blocks/rich-text-block, list `indent`. */
export const LIST_INDENTS = 8;
/** T: `MarkdownBlock.text`; D: over all markdown blocks of a message. */
export const MARKDOWN_CHARACTERS = 12_000;

/** T: `TableBlock.rows`. */
export const ROWS_PER_TABLE = 100;
/** T: `TableBlock.rows`, each, and `column_settings`. */
export const COLUMNS_PER_TABLE = 20;
/** D: block-kit/blocks/table-block: over all tables of a message. */
export const TABLE_CHARACTERS = 10_000;

/** D: methods/chat.postMessage names `metadata_too_large` without its size; the number is ours. */
export const METADATA_BYTES = 8_000;
/** D: methods/files.getUploadURLExternal, `snippet_too_large`: 1 MB. */
export const SNIPPET_BYTES = 1_000_000;
/** Ours: nobody uploads more than this to a demo. */
export const UPLOAD_BYTES = 10 * 1024 * 1024;

/** D: methods/conversations.history: `limit` when none is given, and the most. */
export const HISTORY_PAGE = { usual: 100, most: 999 } as const;

/** D: interactivity/handling-user-interaction: an app acknowledges within 3 s. */
export const INTERACTION_MS = 3_000;
/** D: the same page, message responses: up to 5 times within 30 minutes. */
export const RESPONSE_URL = { uses: 5, minutes: 30 } as const;

/** So many calls in any stretch of so many seconds. */
export interface Window {
  readonly calls: number;
  readonly seconds: number;
}

/** One call in so many seconds on average, and at most so many at once. */
export interface Burst {
  readonly burst: number;
  readonly seconds: number;
}

const TIER_3: Window = { calls: 50, seconds: 60 };
const TIER_4: Window = { calls: 100, seconds: 60 };

/** D: apis/web-api/rate-limits. One post a second to a channel; Slack tolerates bursts and does not say how large: five here. */
export const RATES: Readonly<Record<string, Window | Burst>> = {
  'chat.postMessage': { burst: 5, seconds: 1 },
  'chat.postEphemeral': TIER_4,
  'chat.update': TIER_3,
  'chat.delete': TIER_3,
  'conversations.history': TIER_3,
  'conversations.replies': TIER_3,
  'files.getUploadURLExternal': TIER_4,
  'files.completeUploadExternal': TIER_4,
};
