/** One remedy: what it does, what it costs and whom it hurts, what follows, the change of the CR, the command. */

import type { ToldRemedy } from '../checked-remedy.ts';
import type { Evidence } from '../golden-images/conditions.ts';
import { firstQuestion, standing } from '../golden-images/remedies/wording.ts';
import { plain, plainLines } from '../plain.ts';
import { MAX_CONTAINER_TITLE } from './limits.ts';
import { changePlace, ownersOf } from './owner-words.ts';
import { areWhole, namesIn, remedyItems, remedyLines, type SentenceDetail } from './remedy-sentences.ts';
import { type Block, bold, bullets, code, paragraph, preformatted, richText, words } from './rich-text.ts';
import { clip, notACommand } from './text.ts';

export interface RemedyDetail extends SentenceDetail {
  /** The longest diff or command that is shown; a longer one is in the attached file. */
  readonly inline: number;
}

/** A foldable part: Slack shows the title, and the rest on demand. */
export interface Foldable {
  readonly title: string;
  readonly children: readonly Block[];
}

/** A remedy, its place among the others from 1 on, and the evidence that it was proposed for. */
export interface Option {
  readonly remedy: ToldRemedy;
  readonly number: number;
  readonly evidence: Evidence | undefined;
}

export function remedyPart(option: Option, detail: RemedyDetail): Foldable {
  const { remedy } = option;
  const { diff, command } = remedy;
  return {
    title: titleOf(option),
    children: [
      richText(bullets(...remedyItems(remedy, detail))),
      ...(diff ? [printable(yamlLines(diff), 'The change', detail)] : []),
      ...manifest(option, detail),
      ...question(remedy, detail),
      ...(command && isCommandShown(remedy) ? [printable(command, 'The command', detail)] : []),
    ],
  };
}

/** Only the remedy's own title is cut where it is too long: how it stands is never lost. */
function titleOf({ remedy, number }: Option): string {
  const [before, after] = [`${number}  `, ` · ${standing(remedy)}${acceptedMark(remedy)}`];
  return `${before}${clip(plain(remedy.title), MAX_CONTAINER_TITLE - before.length - after.length)}${after}`;
}

/** Nobody asks whether the server takes what does not help. */
function acceptedMark({ feasible, acceptance: { accepted } }: ToldRemedy): string {
  if (!feasible || accepted === null) return '';
  return accepted ? ' · ✓ accepted' : ' · refused';
}

/** Nobody should find what stops machines, ready to be copied, by skimming a message. */
function isCommandShown({ feasible, orphans }: ToldRemedy): boolean {
  return feasible && orphans.count === 0;
}

/** Where a tool writes the CR from a source of its own, the change belongs there. */
function manifest({ remedy, evidence }: Option, { inline }: RemedyDetail): readonly Block[] {
  const yaml = forManifest(remedy, evidence);
  if (yaml === undefined) return [];
  const label = paragraph(words(`What to put ${yaml.place}${yaml.text.length > inline ? ' is in options.txt, in the thread.' : ':'}`));
  return [richText(label, ...(yaml.text.length > inline ? [] : [preformatted(yaml.text)]))];
}

function forManifest(remedy: ToldRemedy, evidence: Evidence | undefined) {
  const { yaml } = remedy;
  const [owner] = isCommandShown(remedy) ? ownersOf(remedy, evidence) : [];
  return yaml === undefined || owner === undefined ? undefined : { text: yamlLines(yaml), place: changePlace(owner).place };
}

/** A line of a text in the CR that reads like a command is quoted, though it is no YAML then: nobody may take it for ours. */
function yamlLines(text: string): string {
  return plainLines(text).split('\n').map(notACommand).join('\n');
}

function printable(text: string, what: string, { inline }: RemedyDetail): Block {
  return richText(text.length <= inline ? preformatted(text) : paragraph(words(`${what} is in options.txt, in the thread.`)));
}

/** What a person must know first, and how to find out. */
function question({ checkFirst, lookup }: ToldRemedy, detail: RemedyDetail): readonly Block[] {
  if (lookup === undefined) return [];
  const fits = lookup.length <= detail.inline;
  const how = fits ? [words(' To see: '), code(plain(lookup))] : [words(' How to see is in options.txt, in the thread.')];
  return [richText(paragraph(bold(firstQuestion(checkFirst, namesIn(detail))), ...how))];
}

/** Whether the part holds everything that there is to be read and to be copied. */
export function isShownWhole({ remedy, evidence }: Option, detail: RemedyDetail): boolean {
  const { diff = '', command = '', lookup = '' } = remedy;
  const printed = [yamlLines(diff), forManifest(remedy, evidence)?.text ?? '', isCommandShown(remedy) ? command : '', lookup];
  return areWhole(remedy, detail) && printed.every((text) => text.length <= detail.inline);
}

/** A remedy for a file: all of it, the command below what a person must know first. */
export function remedyText({ remedy, number, evidence }: Option, detail: RemedyDetail): string {
  const { title, diff, checkFirst, lookup, command } = remedy;
  const yaml = forManifest(remedy, evidence);
  const lines = [
    `# ${number}  ${plain(title)} · ${standing(remedy)}`,
    ...remedyLines(remedy, detail),
    ...(diff ? [yamlLines(diff)] : []),
    ...(yaml ? [`What to put ${yaml.place}:`, yaml.text] : []),
    ...(lookup ? [`${firstQuestion(checkFirst, namesIn(detail))} To see:`, plain(lookup)] : []),
    ...(command && isCommandShown(remedy) ? [command] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}
