/** Which texts, images and interactive elements Slack takes inside a block. */
import {
  BUTTON_CHARACTERS,
  BUTTON_VALUE_CHARACTERS,
  CONFIRM_CHARACTERS,
  ID_CHARACTERS,
  IMAGE_CHARACTERS,
  OPTION_CHARACTERS,
  OPTION_VALUE_CHARACTERS,
  OPTIONS_PER_OVERFLOW,
  OPTIONS_PER_SELECT,
  PLACEHOLDER_CHARACTERS,
  TEXT_OBJECT_CHARACTERS,
  URL_CHARACTERS,
} from './limits.ts';
import { address, byType, type Check, flag, list, object, oneOf, text } from './schema.ts';

/** A `plain_text` object of a bounded length. */
export const plainText = (max = TEXT_OBJECT_CHARACTERS): Check =>
  byType({ plain_text: object({ required: { text: text({ max }) }, optional: { emoji: flag } }) });

/** A `mrkdwn` or `plain_text` object of a bounded length. */
export const anyText = (max = TEXT_OBJECT_CHARACTERS): Check =>
  byType({
    plain_text: object({ required: { text: text({ max }) }, optional: { emoji: flag } }),
    mrkdwn: object({ required: { text: text({ max }) }, optional: { verbatim: flag } }),
  });

const needsOneSource: Check = (value, at) => {
  const has = ['image_url', 'slack_file'].filter((name) => Object.hasOwn(Object(value), name));
  return has.length === 1 ? [] : [{ at, what: 'must have one of: image_url, slack_file' }];
};

/** What a picture has, as a block, an accessory or an icon. */
export const imageFields = {
  required: { alt_text: text({ max: IMAGE_CHARACTERS }) },
  optional: {
    image_url: address({ max: URL_CHARACTERS }),
    slack_file: object({ optional: { id: text(), url: address() } }),
  },
  also: needsOneSource,
};
export const image = object(imageFields);

const confirm = object({
  required: { text: anyText(CONFIRM_CHARACTERS.text) },
  optional: {
    title: plainText(CONFIRM_CHARACTERS.title),
    confirm: plainText(CONFIRM_CHARACTERS.button),
    deny: plainText(CONFIRM_CHARACTERS.button),
    style: oneOf('primary', 'danger'),
  },
});
const action = { action_id: text({ max: ID_CHARACTERS }), confirm };

const option = object({
  required: { text: plainText(OPTION_CHARACTERS), value: text({ max: OPTION_VALUE_CHARACTERS }) },
  optional: { description: plainText(OPTION_CHARACTERS), url: address({ max: URL_CHARACTERS }) },
});

/** What can be clicked in a message, as far as this Slack goes: pickers and inputs are refused. */
export const interactive = {
  button: object({
    required: { text: plainText(BUTTON_CHARACTERS) },
    optional: {
      ...action,
      url: address({ max: URL_CHARACTERS }),
      value: text({ max: BUTTON_VALUE_CHARACTERS }),
      style: oneOf('primary', 'danger'),
      accessibility_label: text({ max: BUTTON_CHARACTERS }),
    },
  }),
  overflow: object({ required: { options: list(option, { min: 1, max: OPTIONS_PER_OVERFLOW }) }, optional: action }),
  static_select: object({
    required: { options: list(option, { min: 1, max: OPTIONS_PER_SELECT }) },
    optional: { ...action, placeholder: plainText(PLACEHOLDER_CHARACTERS), initial_option: option, focus_on_load: flag },
  }),
};
