/** One way out of a condition, for a person at a terminal. */
import { remedyParts } from './remedy-parts.ts';
import type { ReportedRemedy } from './report.ts';

/** What must be known first stands before the command. */
export function remedyLines(remedy: ReportedRemedy, index: number, isOwned: boolean): readonly string[] {
  const { title, sentences, diff, question, manifest, command } = remedyParts(remedy, isOwned);
  const parts = [
    sentences,
    diff?.split('\n') ?? [],
    manifest === undefined ? [] : [manifest.text, ...manifest.yaml.split('\n')],
    question ? [`${question.text} To see:`, question.lookup] : [],
    command === undefined ? [] : ['line' in command ? command.line : command.withheld],
  ].filter((lines) => lines.length > 0);
  const indented = parts.map((lines) => lines.map((line) => `     ${line}`).join('\n'));
  return ['', `  ${index + 1}. ${title}`, indented.join('\n\n'), ''];
}
