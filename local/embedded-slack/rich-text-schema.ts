/** Which rich text Slack takes: the kinds of element, and what each has. */
import { ID_CHARACTERS, LIST_INDENTS } from './limits.ts';
import { address, byType, type Check, flag, integer, list, object, oneOf, text } from './schema.ts';

const style = object({ optional: { bold: flag, italic: flag, strike: flag, code: flag, underline: flag } });
const styled = (required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>> = {}): Check =>
  object({ required, optional: { ...optional, style } });

const plain = styled({ text: text() });
const link = styled({ url: address() }, { text: text(), unsafe: flag });

const inline = byType({
  text: plain,
  link,
  emoji: styled({ name: text() }, { unicode: text(), url: address() }),
  date: styled({ timestamp: integer(), format: text() }, { url: address(), fallback: text() }),
  user: styled({ user_id: text() }),
  usergroup: styled({ usergroup_id: text() }),
  channel: styled({ channel_id: text() }),
  team: styled({ team_id: text() }),
  broadcast: styled({ range: oneOf('here', 'channel', 'everyone') }),
  color: styled({ value: text() }),
});

const border = oneOf(0, 1);
const section = object({ required: { elements: list(inline) } });

const element = byType({
  rich_text_section: section,
  rich_text_list: object({
    required: { style: oneOf('bullet', 'ordered'), elements: list(byType({ rich_text_section: section })) },
    optional: { indent: integer({ min: 0, max: LIST_INDENTS }), offset: integer({ min: 0 }), border },
  }),
  rich_text_quote: object({ required: { elements: list(inline) }, optional: { border } }),
  rich_text_preformatted: object({ required: { elements: list(byType({ text: plain, link })) }, optional: { border } }),
});

/** A `rich_text` block, also where it is a cell of a table or the title of a container. */
export const richText = object({
  required: { elements: list(element) },
  optional: { block_id: text({ max: ID_CHARACTERS }) },
});
