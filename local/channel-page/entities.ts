/** The three characters that Slack's markup escapes. */

/** Slack's entities, back to what they stand for. */
export function decodeEntities(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
