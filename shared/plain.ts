/** Text that comes from outside, made harmless: names, labels and addresses are whatever somebody typed. */

/** Controls, line breaks, directions and invisible characters can forge lines or hide words: each becomes a visible mark. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, '\uFFFD');
}

/** The first `length` characters of a text, made harmless. It holds on to nothing of the rest: a part of a string keeps all of it alive. */
export function plainStart(text: string, length: number): string {
  return Buffer.from(plain(text.slice(0, length))).toString();
}

/** Several lines, made harmless: the line breaks between them stay, those at the end go. */
export function plainLines(text: string): string {
  return text.trimEnd().split('\n').map(plain).join('\n');
}
