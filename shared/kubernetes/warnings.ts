/** The `Warning` header of an API server's answers (RFC 7234, section 5.5): `299 - "text"`, several with commas between. */

/** The agent is a word, the text a quoted string; a date behind it is passed over. */
const WARNING = /\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts, in order. */
export function parseWarnings(header: string): readonly string[] {
  return [...header.matchAll(WARNING)].map(([, text = '']) => asUtf8(text.replace(/\\(.)/g, '$1')));
}

/** Header values reach us one character a byte, and the API server writes UTF-8. */
function asUtf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
