/** The shape of a remedy as it was told. */

import type { PathWriter, ToldRemedy } from '../../checked-remedy.ts';
import { type Names, NO_NAMES } from '../../golden-images/names.ts';
import { type Acceptance, NOT_ASKED } from '../../golden-images/remedies/acceptance.ts';
import type { Prediction } from '../../golden-images/remedies/remedy.ts';
import { alertName, apiVersion, crOwner } from './evidence-shape.ts';
import { flag, list, maybe, nullable, number, object, oneOf, orElse, text, time } from './shape.ts';

const texts = list(text);

const prediction = object<Prediction>({
  workloadArchitectures: texts,
  workloadNodes: number,
  open: maybe(number),
  leaving: texts,
  joining: texts,
  goldenImages: maybe(object({ images: number, imports: number })),
  clears: flag,
  starts: list(object({ alert: alertName, goldenImages: texts })),
});

const acceptance = object<Acceptance>({
  accepted: nullable(flag),
  by: maybe(oneOf<NonNullable<Acceptance['by']>>({ schema: true, 'dry run': true })),
  reason: maybe(text),
  warnings: texts,
});

export const remedy = object<ToldRemedy>({
  id: text,
  title: text,
  feasible: flag,
  advised: flag,
  reason: maybe(text),
  change: maybe(object({ prediction })),
  isPattern: orElse(flag, false),
  restartsOperator: orElse(flag, false),
  costs: texts,
  checkFirst: texts,
  orphans: orElse(object<Names>({ count: number, first: texts }), NO_NAMES),
  target: object({ version: apiVersion, namespace: text, name: text }),
  apiVersion: text,
  command: maybe(text),
  diff: maybe(text),
  yaml: maybe(text),
  lookup: maybe(text),
  acceptance: orElse(acceptance, NOT_ASKED),
  writers: orElse(list(object<PathWriter>({ manager: text, operation: text, at: time, path: text })), []),
  appliers: orElse(list(crOwner), []),
});
