/** All remedies, in order of preference. A new one is a new file and a row here. */
import type { AlertName, Condition } from '../conditions.ts';
import type { Snapshot } from '../snapshot.ts';
import { enableImport } from './enable-import.ts';
import type { Draft, Proposal, Remedy } from './remedy.ts';
import { restrictPlacement } from './restrict-placement.ts';
import { presentConditions } from './simulate.ts';
import { asVersion, remedyVersion } from './version.ts';

const REMEDIES: readonly Remedy[] = [enableImport, restrictPlacement];

/** The ways out of a condition, best first; none where it is not known to be present. */
export function proposeRemedies(alert: AlertName, snapshot: Snapshot, condition: Condition): readonly Proposal[] {
  const { nodes, hyperConverged, served } = snapshot;
  if (condition.kind !== 'present' || !nodes.ok || !hyperConverged.ok || hyperConverged.value === undefined) return [];
  const version = remedyVersion(served, hyperConverged.value);
  const situation = {
    alert,
    snapshot,
    nodes: nodes.value,
    hyperConverged: asVersion(hyperConverged.value, version),
    version,
    evidence: condition.evidence,
    present: new Set(presentConditions(snapshot).keys()),
  };
  const drafts = REMEDIES.filter((remedy) => remedy.alert === alert).flatMap((remedy) => remedy.propose(situation));
  const { namespace, name } = situation.hyperConverged;
  return drafts.sort((a, b) => rank(a) - rank(b)).map((draft) => ({ ...draft, target: { version, namespace, name } }));
}

/** Advised first, then what can work, then the rest; within a rank the order of the remedies. */
function rank({ advised, feasible }: Draft): number {
  return advised ? 0 : feasible ? 1 : 2;
}
