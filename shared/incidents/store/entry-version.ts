/** What a text is known by, so that it need not be kept. */
import { createHash } from 'node:crypto';

export function versionOf(text: string | undefined): string {
  return text === undefined ? 'absent' : createHash('sha256').update(text).digest('hex');
}
