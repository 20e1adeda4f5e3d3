/** One remedy: what it does, what it costs and whom it hurts, what follows, the change of the CR, the command. */
import type { Prediction } from '../golden-images/remedies/remedy.ts';
import type { CheckedRemedy } from '../judge.ts';
import { MAX_CONTAINER_TITLE } from './limits.ts';
import { type Block, bold, bullets, code, type Piece, paragraph, preformatted, richText, words } from './rich-text.ts';
import { clip, count, namesOf, plain, shortName } from './text.ts';

export interface RemedyDetail {
  readonly names: number;
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
  const facts = [...reason(remedy), ...(change ? prediction(change.prediction, detail.names) : []), ...remedy.costs.map(sentence)];
  const printed = [
    ...(diff ? [printable(plainLines(diff), 'The change is in the attached file.', detail)] : []),
    ...question(remedy, detail),
    ...(command && feasible ? [printable(command, 'The command is in the attached file.', detail)] : []),
  ];
  return {
    title: clip(plain(`${number}  ${remedy.title} · ${standing(remedy)}`), MAX_CONTAINER_TITLE),
    children: [richText(bullets(...facts)), ...printed],
    open: remedy.advised,
  };
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
  shown: number,
): readonly (readonly Piece[])[] {
  const where = open === undefined ? '' : `, VMs can run on ${open} of them`;
  const drop = leaving.length > 0 ? ` ${namesOf(leaving, shown)} drop${leaving.length === 1 ? 's' : ''} out.` : '';
  const state = `After it: the alert ${clears ? 'clears' : 'stays'}; ${count(workloadNodes, 'workload node')} (${namesOf(workloadArchitectures, 8)})${where}.${drop}`;
  return [[words(state)], ...starts.map(({ alert, goldenImages }) => [words(`Starts ${alert} for ${namesOf(goldenImages, shown)}.`)])];
}

function printable(text: string, otherwise: string, { inline }: RemedyDetail): Block {
  return richText(text.length <= inline ? preformatted(text) : paragraph(words(otherwise)));
}

/** Line breaks stay; what could forge or hide a line does not. */
function plainLines(text: string): string {
  return text.trimEnd().split('\n').map(plain).join('\n');
}

/** What a person must know first, and how to find out. */
function question({ checkFirst, lookup }: CheckedRemedy, { names }: RemedyDetail): readonly Block[] {
  if (lookup === undefined) return [];
  const ask = `First: does a virtual machine run on ${namesOf(checkFirst, names)}? Do not do this while one does.`;
  return [richText(paragraph(bold(ask), words(' To see: '), code(plain(lookup))))];
}

/** A remedy whose change or command is too long for the message, as a text file; undefined where all of it fits. */
export function remedyFile(remedy: CheckedRemedy, { inline }: RemedyDetail): string | undefined {
  const { title, diff = '', command = '', feasible } = remedy;
  if (plainLines(diff).length <= inline && command.length <= inline) return undefined;
  return `# ${shortName(title)}\n${diff}\n${feasible ? `${command}\n` : ''}`;
}
