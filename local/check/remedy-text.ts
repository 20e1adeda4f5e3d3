/** One way out of a condition, for a person at a terminal. */
import { firstQuestion, predictionSentences, standing } from '../../shared/golden-images/remedies/wording.ts';
import { plain, plainLines } from '../../shared/plain.ts';
import { namesOf } from './facts-text.ts';
import type { ReportedRemedy } from './report.ts';

/** What must be known first stands before the command. */
export function remedyLines(remedy: ReportedRemedy, index: number): readonly string[] {
  const { title, reason, after, costs, diff, checkFirst, lookup, command, feasible } = remedy;
  const sentences = [...(reason === null ? [] : [reason]), ...(after ? predictionSentences(after, namesOf) : []), ...costs];
  const parts = [
    sentences.map(plain),
    diff === null ? [] : plainLines(diff).split('\n'),
    lookup === null ? [] : [`${firstQuestion(checkFirst, namesOf)} To see:`, plain(lookup)],
    command === null || !feasible ? [] : [command],
  ].filter((lines) => lines.length > 0);
  const indented = parts.map((lines) => lines.map((line) => `     ${line}`).join('\n'));
  return ['', `  ${index + 1}. ${plain(title)}: ${standing(remedy)}`, indented.join('\n\n'), ''];
}
