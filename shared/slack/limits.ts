/** What Slack takes, in characters or items. T: `@slack/types` 3.2, D: docs.slack.dev, M: measured by others, bolt-js 2509 and 2867. */

/** D: blocks in a message. */
export const MAX_BLOCKS = 50;
/** M: Slack refuses somewhere above 11,000 characters of text, `&<>` expanded; this is our budget for all of it. */
export const MAX_TOTAL_TEXT = 10_000;
/** D: `metadata_too_large`, without a number; a longer key than this is a digest. */
export const MAX_KEY = 255;
/** T: header. */
export const MAX_HEADER = 150;
/** T: container title. */
export const MAX_CONTAINER_TITLE = 150;
/** D: `text` beside blocks is shown in notifications; 4,000 is recommended. */
export const MAX_NOTIFICATION = 4_000;
/** T: 3,000 for the url of a button, nothing published for links; four of ours must fit into the total, `&` expanded. */
export const MAX_URL = 1_000;
