/** All that is said of one remedy, in the order in which a person needs it. */

import type { ToldRemedy } from '../checked-remedy.ts';
import type { CrOwner } from '../golden-images/cr-owner.ts';
import { acceptanceSentence, noteSentences, predictionSentences, standing, type WriteNames } from '../golden-images/remedies/wording.ts';
import { count } from '../golden-images/words.ts';
import { plain } from '../plain.ts';
import { ownerSentence } from './owner-words.ts';
import { bold, code, type Piece, words } from './rich-text.ts';
import { clip, namesOrCount, notACommand } from './text.ts';

export interface SentenceDetail {
  readonly names: number;
  readonly architectures: number;
  /** How many sentences each part may have. */
  readonly sentences: number;
  /** The longest that a sentence may be. */
  readonly sentence: number;
}

/** One list item each; what is left out is counted. */
export function remedyItems(remedy: ToldRemedy, detail: SentenceDetail): readonly (readonly Piece[])[] {
  const { reason } = remedy;
  const item = (text: string) => [words(notACommand(shortened(text, detail)))];
  return [
    ...(reason ? [[bold(`${standingOf(remedy)}: `), ...item(reason)]] : []),
    ...withheld(remedy),
    ...partsOf(remedy, namesIn(detail)).flatMap((part) => [
      ...part.slice(0, detail.sentences).map(item),
      ...(part.length > detail.sentences ? [item(`and ${count(part.length - detail.sentences, 'more sentence')} in options.txt`)] : []),
    ]),
  ];
}

/** The same for a file: whole, a line each. */
export function remedyLines(remedy: ToldRemedy, detail: SentenceDetail): readonly string[] {
  const { reason } = remedy;
  return [
    ...(reason ? [`${standingOf(remedy)}: ${plain(reason)}`] : []),
    ...withheld(remedy).map((pieces) => pieces.map((piece) => ('text' in piece ? piece.text : '')).join('')),
    ...partsOf(remedy, namesIn(detail)).flatMap((part) => part.map((text) => notACommand(plain(text)))),
  ];
}

/** Whether the items leave nothing out. */
export function areWhole(remedy: ToldRemedy, detail: SentenceDetail): boolean {
  const parts = partsOf(remedy, namesIn(detail));
  const sentences = [...(remedy.reason ? [remedy.reason] : []), ...parts.flat()];
  return (
    parts.every((part) => part.length <= detail.sentences) && sentences.every((text) => clip(plain(text), detail.sentence) === plain(text))
  );
}

/** What follows, what it costs, who takes it, and who writes what it changes. */
function partsOf(
  { change, isPattern, costs, acceptance, writers, appliers }: ToldRemedy,
  names: WriteNames,
): readonly (readonly string[])[] {
  return [
    change && !isPattern ? predictionSentences(change.prediction, names) : [],
    costs,
    [...accepted(acceptance), ...noteSentences(acceptance, writers)],
    appliers.map((owner: CrOwner) => ownerSentence(owner)),
  ];
}

/** A refusal is the reason already. */
function accepted(acceptance: ToldRemedy['acceptance']): readonly string[] {
  const said = acceptance.accepted === false ? undefined : acceptanceSentence(acceptance);
  return said === undefined ? [] : [said];
}

function withheld({ orphans, id }: ToldRemedy): readonly (readonly Piece[])[] {
  if (orphans.count === 0) return [];
  const command = code(`npm run check -- --remedy ${id} --print command`);
  return [[words('Its command is not shown here while virtual machines run there: '), command, words(' prints it.')]];
}

function standingOf(remedy: ToldRemedy): string {
  const how = standing(remedy);
  return how.charAt(0).toUpperCase() + how.slice(1);
}

function shortened(text: string, { sentence }: SentenceDetail): string {
  return notACommand(clip(plain(text), sentence));
}

/** As many names as the detail allows, each short; only how many there are where none may be shown. */
export function namesIn({ names, architectures }: SentenceDetail): WriteNames {
  return (list, noun) => namesOrCount(list, noun === 'architecture' ? architectures : names, noun);
}
