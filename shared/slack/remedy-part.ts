/** One remedy: what it does, what it costs and whom it hurts, what follows, the change of the CR, the command. */
import type { Prediction } from '../golden-images/remedies/remedy.ts';
import type { CheckedRemedy } from '../judge.ts';
import { MAX_CONTAINER_TITLE } from './limits.ts';
import { type Block, bold, bullets, code, type Piece, paragraph, preformatted, richText, words } from './rich-text.ts';
import { clip, count, namesOf, namesOrCount, plain } from './text.ts';

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
  const facts = [...reason(remedy), ...(change ? prediction(change.prediction, detail) : []), ...remedy.costs.map(sentence)];
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

function standing({ advised, feasible }: CheckedRemedy): string {
  return advised ? 'advised' : feasible ? 'not advised' : 'does not work here';
}

function reason({ reason: why, feasible }: CheckedRemedy): readonly (readonly Piece[])[] {
  return why ? [[bold(feasible ? 'Not advised: ' : 'Does not work here: '), words(clip(plain(why), MAX_SENTENCE))]] : [];
}

const MAX_SENTENCE = 400;

function sentence(text: string): readonly Piece[] {
  return [words(clip(plain(text), MAX_SENTENCE))];
}

function prediction(
  { clears, workloadArchitectures, workloadNodes, open, leaving, starts }: Prediction,
  { names, architectures }: RemedyDetail,
): readonly (readonly Piece[])[] {
  const where = open === undefined ? '' : `, VMs can run on ${open} of them`;
  const drop = leaving.length > 0 ? ` ${namesOrCount(leaving, names, 'node')} drop${leaving.length === 1 ? 's' : ''} out.` : '';
  const state = `After it: the alert ${clears ? 'clears' : 'stays'}; ${count(workloadNodes, 'workload node')} (${namesOf(workloadArchitectures, architectures)})${where}.${drop}`;
  return [
    [words(state)],
    ...starts.map(({ alert, goldenImages }) => [words(`Starts ${alert} for ${namesOrCount(goldenImages, names, 'golden image')}.`)]),
  ];
}

function printable(text: string, otherwise: string, { inline }: RemedyDetail): Block {
  return richText(text.length <= inline ? preformatted(text) : paragraph(words(otherwise)));
}

/** Line breaks stay; what could forge or hide a line does not. */
function plainLines(text: string): string {
  return text.trimEnd().split('\n').map(plain).join('\n');
}

/** What a person must know first, and how to find out. */
function question({ checkFirst, lookup }: CheckedRemedy, { names, inline }: RemedyDetail): readonly Block[] {
  if (lookup === undefined) return [];
  const fits = lookup.length <= inline;
  const how = fits ? [words(' To see: '), code(plain(lookup))] : [words(' How to see is in the attached file.')];
  return [richText(paragraph(bold(ask(checkFirst, names)), ...how))];
}

function ask(nodes: readonly string[], shown: number): string {
  return `First: does a virtual machine run on ${namesOrCount(nodes, shown, 'node')}? Do not do this while one does.`;
}

/** Whether the part holds everything that is to be copied. */
export function isShownWhole({ diff = '', command = '', lookup = '', feasible }: CheckedRemedy, { inline }: RemedyDetail): boolean {
  return [plainLines(diff), feasible ? command : '', lookup].every((text) => text.length <= inline);
}

/** A remedy for a file: the change and the command whole, below what a person must know first. */
export function remedyText(remedy: CheckedRemedy, number: number, { names }: RemedyDetail): string {
  const { title, reason: why, diff, checkFirst, lookup, command, feasible } = remedy;
  const lines = [
    `# ${number}  ${plain(title)} · ${standing(remedy)}`,
    ...(why ? [plain(why)] : []),
    ...(diff ? [plainLines(diff)] : []),
    ...(lookup ? [`${ask(checkFirst, names)} To see:`, plain(lookup)] : []),
    ...(command && feasible ? [command] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
