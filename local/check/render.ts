/** A report in each form that can be asked for. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import type { Output } from './arguments.ts';
import type { Known } from './known.ts';
import { toJsonText, toYamlText } from './machine-text.ts';
import { renderMarkdown } from './markdown.ts';
import type { Report } from './report.ts';
import { renderText } from './text.ts';

const RENDERERS: Readonly<Record<Output, (report: Report, snapshot: Snapshot, known: Known) => string>> = {
  text: renderText,
  markdown: renderMarkdown,
  json: (report) => `${toJsonText(report, 2)}\n`,
  yaml: toYamlText,
};

export function render(output: Output, report: Report, snapshot: Snapshot, known: Known): string {
  return RENDERERS[output](report, snapshot, known);
}
