/** All remedies, in order of preference. A new one is a new file and a row here. */
import { type AlertName, type Condition, presentConditions } from '../conditions.ts';
import type { ImageReading } from '../image.ts';
import type { Snapshot } from '../snapshot.ts';
import { readTemplates, type Template } from '../templates.ts';
import { annotateTemplates } from './annotate-templates.ts';
import { correctAnnotations } from './correct-annotations.ts';
import { disableTemplates } from './disable-templates.ts';
import { enableImport } from './enable-import.ts';
import { overrideCommon } from './override-common.ts';
import type { Draft, Proposal, Remedy, Situation } from './remedy.ts';
import { restartOperator } from './restart-operator.ts';
import { restrictPlacement } from './restrict-placement.ts';
import { asVersion, remedyVersion } from './version.ts';

const REMEDIES: readonly Remedy[] = [
  enableImport,
  restrictPlacement,
  correctAnnotations,
  annotateTemplates,
  disableTemplates,
  overrideCommon,
  restartOperator,
];

/**
 * The ways out of a condition, best first. Of one that is absent, those for an alert that still fires; none where it is not known, or
 * there is no HyperConverged.
 */
export function proposeRemedies(alert: AlertName, snapshot: Snapshot, condition: Condition): readonly Proposal[] {
  const situation = situationOf(alert, snapshot, condition);
  if (situation === undefined) return [];
  const isStale = condition.kind === 'absent';
  const drafts = REMEDIES.filter(({ alerts, isForStale = false }) => alerts.includes(alert) && isForStale === isStale).flatMap((remedy) =>
    remedy.propose(situation),
  );
  const { version, hyperConverged } = situation;
  const { namespace, name } = hyperConverged;
  return byPreference(drafts).map((draft) => ({ ...draft, target: { version, namespace, name } }));
}

/** Advised first, then what can work, then the rest; within a rank as they came. */
export function byPreference<T extends Pick<Draft, 'advised' | 'feasible'>>(remedies: readonly T[]): readonly T[] {
  return [...remedies].sort((a, b) => rank(a) - rank(b));
}

function rank({ advised, feasible }: Pick<Draft, 'advised' | 'feasible'>): number {
  return advised ? 0 : feasible ? 1 : 2;
}

function situationOf(alert: AlertName, snapshot: Snapshot, condition: Condition): Situation | undefined {
  const { nodes, hyperConverged, served } = snapshot;
  if (condition.kind === 'unknown' || condition.evidence === undefined) return undefined;
  if (!nodes.ok || !hyperConverged.ok || hyperConverged.value === undefined) return undefined;
  const version = remedyVersion(served, hyperConverged.value);
  const shown = asVersion(hyperConverged.value, version);
  return {
    ...{ alert, snapshot, nodes: nodes.value, hyperConverged: shown, version },
    evidence: condition.evidence,
    cause: condition.kind === 'absent' ? condition.cause : undefined,
    judged: condition.goldenImages,
    templates: readTemplates(shown),
    imageOf: imagesOf(snapshot),
    present: new Set(presentConditions(snapshot).keys()),
  };
}

const NOT_ASKED: ImageReading = { kind: 'unknown', why: 'nobody asked' };

function imagesOf({ images }: Snapshot): (template: Template) => ImageReading {
  return ({ name }) => images?.get(name) ?? NOT_ASKED;
}
