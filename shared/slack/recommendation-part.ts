/** The one thing recommended, in a line. */

import type { ToldRemedy } from '../checked-remedy.ts';
import type { Facts } from '../incidents/incident.ts';
import { plain } from '../plain.ts';
import { MAX_CONTAINER_TITLE } from './limits.ts';
import { changePlace, ownersOf } from './owner-words.ts';
import { type Block, bold, type Piece, paragraph, richText, words } from './rich-text.ts';
import { clip } from './text.ts';

const MAX_REASON = 400;

/** The place of the remedy that is recommended, among all; undefined where none is. */
export function recommended({ remedies }: Facts): number | undefined {
  const index = remedies.findIndex(({ advised, acceptance }) => advised && acceptance.accepted !== false);
  return index < 0 ? undefined : index;
}

export function recommendationPart(facts: Facts): Block {
  const index = recommended(facts);
  const remedy = index === undefined ? undefined : facts.remedies[index];
  return index === undefined || remedy === undefined ? nothingAdvised(facts) : doThis(remedy, index + 1, facts);
}

function doThis(remedy: ToldRemedy, number: number, { condition: { evidence } }: Facts): Block {
  const [owner] = remedy.change === undefined ? [] : ownersOf(remedy, evidence);
  const { place, fate } = owner ? changePlace(owner) : { place: '', fate: '' };
  return line(
    bold(`Do this: ${lowerFirst(titleOf(remedy))}${place && `, ${place}`} (option ${number})${fate ? '' : '.'}`),
    ...(fate ? [words(`: ${fate}.`)] : []),
    ...acceptance(remedy, number).map((sentence) => words(` ${sentence}`)),
  );
}

function acceptance({ acceptance: { accepted, by, reason, warnings } }: ToldRemedy, number: number): readonly string[] {
  const warns = warnings.length > 0 ? [`It comes with a warning: see option ${number}.`] : [];
  if (accepted) return [by === 'dry run' ? 'This API server accepts it.' : 'This API server’s schema accepts it.', ...warns];
  return reason === undefined ? warns : ['Whether this API server accepts it is not known.', ...warns];
}

function nothingAdvised({ remedies: [best] }: Facts): Block {
  if (best === undefined) return line(bold('No way out of this is known here: follow the runbook.'));
  if (!best.feasible) return line(bold('No option works here as it stands'), words(': each says below why.'));
  const reason = best.reason ? clip(plain(best.reason), MAX_REASON) : '';
  return line(bold('Nothing is advised as it stands.'), words(reason && ` Why not option 1, ${lowerFirst(titleOf(best))}: ${reason}`));
}

function titleOf({ title }: ToldRemedy): string {
  return clip(plain(title), MAX_CONTAINER_TITLE);
}

/** Every title begins with a verb. */
function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function line(...pieces: readonly Piece[]): Block {
  return richText(paragraph(...pieces));
}
