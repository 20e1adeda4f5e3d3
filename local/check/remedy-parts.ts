/** One way out of a condition, in the parts that a person reads in this order; each place sets them in its own way. */
import { crOwnerSentence } from '../../shared/golden-images/cr-owner.ts';
import { firstQuestion, noteSentences, predictionSentences, standing } from '../../shared/golden-images/remedies/wording.ts';
import { listOf } from '../../shared/golden-images/words.ts';
import { plain, plainLines } from '../../shared/plain.ts';
import { NAMES, namesOf } from './facts.ts';
import type { ReportedRemedy } from './report.ts';

/** Harmless, all of it. */
export interface RemedyParts {
  readonly title: string;
  readonly sentences: readonly string[];
  readonly diff: string | undefined;
  /** What must be known before it is done, and the command that tells. */
  readonly question: { readonly text: string; readonly lookup: string } | undefined;
  /** For the source that the CR is written from, with what it is; undefined where nobody else writes it. */
  readonly manifest: { readonly text: string; readonly yaml: string } | undefined;
  /** The command, or why it is not shown; neither where there is none that works. */
  readonly command: { readonly line: string } | { readonly withheld: string } | undefined;
}

/** `isOwned`: tools write the CR from a source of their own. */
export function remedyParts(remedy: ReportedRemedy, isOwned: boolean): RemedyParts {
  const { title, after, costs, diff, checkFirst, lookup, appliers, warnings, writers } = remedy;
  const sentences = [
    ...standingSentences(remedy),
    ...(after ? predictionSentences(after, namesOf) : []),
    ...costs,
    ...appliers.map(crOwnerSentence),
    ...noteSentences({ warnings }, writers),
  ];
  return {
    title: `${plain(title)}: ${standing(remedy)}`,
    sentences: sentences.map(plain),
    diff: diff === null ? undefined : plainLines(diff),
    question: lookup === null ? undefined : { text: firstQuestion(checkFirst, namesOf), lookup: plain(lookup) },
    manifest: isOwned || appliers.length > 0 ? manifestOf(remedy) : undefined,
    command: commandOf(remedy),
  };
}

/** Whether it works here and the server takes it, as far as anybody can say: of all others there is nothing to apply. */
export function isOffered({ feasible, accepted }: ReportedRemedy): boolean {
  return feasible && accepted !== false;
}

/** `shop/db-1, shop/db-2 and 142 more run on nodes that it takes away`. */
export function orphanWords({ count, names }: ReportedRemedy['orphans']): string {
  const shown = names.slice(0, NAMES).map(plain);
  const all = count > shown.length ? [...shown, `${count - shown.length} more`] : shown;
  return `${listOf(all, all.length)} run${count === 1 ? 's' : ''} on nodes that it takes away`;
}

/** In the reason stands already what the server says that would refuse it, and why nobody could be asked. */
function standingSentences({ reason, accepted, acceptance }: ReportedRemedy): readonly string[] {
  return [reason, accepted ? acceptance : null].filter((sentence) => sentence !== null);
}

function manifestOf(remedy: ReportedRemedy): RemedyParts['manifest'] {
  const { yaml, orphans } = remedy;
  if (yaml === null || !isOffered(remedy) || orphans.count > 0) return undefined;
  return { text: `For the source that this CR is written from:`, yaml: plainLines(yaml) };
}

function commandOf(remedy: ReportedRemedy): RemedyParts['command'] {
  const { id, command, orphans } = remedy;
  if (command === null || !isOffered(remedy)) return undefined;
  if (orphans.count === 0) return { line: plain(command) };
  return { withheld: `No command here: ${orphanWords(orphans)}. To print it all the same: --remedy ${plain(id)} --print command` };
}
