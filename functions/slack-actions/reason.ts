/** Why something failed, for whoever clicked and for the log. */
import { plain } from '../../shared/plain.ts';
import { clip } from '../../shared/slack/text.ts';

const MAX_REASON = 300;

/** An error's own words, harmless and not too long. */
export function reasonOf(error: unknown): string {
  return clip(plain(error instanceof Error ? error.message : String(error)), MAX_REASON);
}
