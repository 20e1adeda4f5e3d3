/** One remedy: what it does, what it costs and whom it hurts, what follows, the change of the CR, the command. */
import { firstQuestion, predictionSentences, standing, type WriteNames } from '../golden-images/remedies/wording.ts';
import type { CheckedRemedy } from '../judge.ts';
import { plain, plainLines } from '../plain.ts';
import { MAX_CONTAINER_TITLE } from './limits.ts';
import { type Block, bold, bullets, code, type Piece, paragraph, preformatted, richText, words } from './rich-text.ts';
import { clip, namesOrCount } from './text.ts';

export interface RemedyDetail {
  readonly names: number;
  readonly architectures: number;
  /** The longest diff or command that is shown; a longer one is in the attached file. */
  readonly inline: number;
}

/** A foldable part: Slack shows the title, and the rest on demand. */
export interface Foldable {
  readonly title: string;
  readonly children: readonly Block[];
  readonly open: boolean;
}

export function remedyPart(remedy: CheckedRemedy, number: number, detail: RemedyDetail): Foldable {
  const { change, command, diff, feasible } = remedy;
  const facts = [
    ...reason(remedy),
    ...(change ? predictionSentences(change.prediction, namesIn(detail)).map((text) => [words(text)]) : []),
    ...remedy.costs.map(sentence),
  ];
  const printed = [
    ...(diff ? [printable(plainLines(diff), 'The change is in the attached file.', detail)] : []),
    ...question(remedy, detail),
    ...(command && feasible ? [printable(command, 'The command is in the attached file.', detail)] : []),
  ];
  return {
    title: titleOf(remedy, number),
    children: [richText(bullets(...facts)), ...printed],
    open: remedy.advised,
  };
}

/** Only the remedy's own title is cut where it is too long: how it stands is never lost. */
function titleOf(remedy: CheckedRemedy, number: number): string {
  const [before, after] = [`${number}  `, ` · ${standing(remedy)}`];
  return `${before}${clip(plain(remedy.title), MAX_CONTAINER_TITLE - before.length - after.length)}${after}`;
}

function reason(remedy: CheckedRemedy): readonly (readonly Piece[])[] {
  const how = standing(remedy);
  return remedy.reason ? [[bold(`${how.charAt(0).toUpperCase()}${how.slice(1)}: `), ...sentence(remedy.reason)]] : [];
}

const MAX_SENTENCE = 400;

function sentence(text: string): readonly Piece[] {
  return [words(clip(plain(text), MAX_SENTENCE))];
}

/** As many names as the detail allows, each short; only how many there are where none may be shown. */
function namesIn({ names, architectures }: RemedyDetail): WriteNames {
  return (list, noun) => namesOrCount(list, noun === 'architecture' ? architectures : names, noun);
}

function printable(text: string, otherwise: string, { inline }: RemedyDetail): Block {
  return richText(text.length <= inline ? preformatted(text) : paragraph(words(otherwise)));
}

/** What a person must know first, and how to find out. */
function question({ checkFirst, lookup }: CheckedRemedy, detail: RemedyDetail): readonly Block[] {
  if (lookup === undefined) return [];
  const fits = lookup.length <= detail.inline;
  const how = fits ? [words(' To see: '), code(plain(lookup))] : [words(' How to see is in the attached file.')];
  return [richText(paragraph(bold(firstQuestion(checkFirst, namesIn(detail))), ...how))];
}

/** Whether the part holds everything that is to be copied. */
export function isShownWhole({ diff = '', command = '', lookup = '', feasible }: CheckedRemedy, { inline }: RemedyDetail): boolean {
  return [plainLines(diff), feasible ? command : '', lookup].every((text) => text.length <= inline);
}

/** A remedy for a file: the change and the command whole, below what a person must know first. */
export function remedyText(remedy: CheckedRemedy, number: number, detail: RemedyDetail): string {
  const { title, reason: why, diff, checkFirst, lookup, command, feasible } = remedy;
  const lines = [
    `# ${number}  ${plain(title)} · ${standing(remedy)}`,
    ...(why ? [plain(why)] : []),
    ...(diff ? [plainLines(diff)] : []),
    ...(lookup ? [`${firstQuestion(checkFirst, namesIn(detail))} To see:`, plain(lookup)] : []),
    ...(command && feasible ? [command] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
