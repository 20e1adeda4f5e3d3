/** What a check found, in the form that scripts read. */
import { HCO_GROUP } from '../../shared/golden-images/api-version.ts';
import type { Cause } from '../../shared/golden-images/cause.ts';
import type { AlertName, Condition, Evidence } from '../../shared/golden-images/conditions.ts';
import type { HyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import type { Prediction } from '../../shared/golden-images/remedies/remedy.ts';
import { type FailedRead, failedReads, type Snapshot } from '../../shared/golden-images/snapshot.ts';
import { type Verdict, verdictOf } from '../../shared/golden-images/verdict.ts';
import { nodeArchitectures } from '../../shared/golden-images/workload-nodes.ts';
import type { CheckedRemedy, Judgement } from '../../shared/judge.ts';
import { type Known, NOTHING_KNOWN } from './known.ts';
import type { ReportedRecord } from './record.ts';

export interface Report {
  readonly cluster: string | null;
  /** RFC 3339. */
  readonly checkedAt: string;
  readonly hyperConverged: { readonly apiVersion: string; readonly namespace: string; readonly name: string } | null;
  /** Null where they are not known: they depend on the HyperConverged. */
  readonly workloadArchitectures: readonly string[] | null;
  /** Null where the nodes were not read: they depend on nothing else. */
  readonly controlPlaneArchitectures: readonly string[] | null;
  readonly defaultArchitecture: string | null;
  /** One per alert, always all three. */
  readonly incidents: readonly ReportedIncident[];
  readonly unread: readonly FailedRead[];
}

export interface ReportedIncident {
  readonly alert: AlertName;
  readonly condition: Condition['kind'];
  readonly verdict: Verdict | null;
  /** Why it is absent. */
  readonly cause: Cause | null;
  readonly evidence: Evidence | null;
  readonly goldenImages: readonly { readonly name: string; readonly condition: string; readonly declaredArchitectures: string | null }[];
  readonly remedies: readonly ReportedRemedy[];
  /** What archwatch has on record; null where there is nothing, and not there where nobody asked. */
  readonly record?: ReportedRecord | null;
}

export interface ReportedRemedy {
  readonly id: string;
  readonly title: string;
  readonly feasible: boolean;
  /** By the server's schema or dry run; null where nobody was asked. */
  readonly accepted: null;
  readonly advised: boolean;
  readonly reason: string | null;
  readonly costs: readonly string[];
  readonly apiVersion: string;
  readonly patch: JsonObject | null;
  /** Nodes about which a person must know first whether virtual machines run there, and the command that tells. */
  readonly checkFirst: readonly string[];
  readonly lookup: string | null;
  readonly command: string | null;
  readonly diff: string | null;
  readonly after: Prediction | null;
}

/** `known` is what is known beside the snapshot. */
export function toReport(cluster: string | null, snapshot: Snapshot, judgements: readonly Judgement[], known = NOTHING_KNOWN): Report {
  const { nodes, hyperConverged, served, takenAt } = snapshot;
  const architectures = judgements.map(({ condition }) => evidenceOf(condition)).find((found) => found !== null)?.architectures;
  const schema = served?.v1HasImportField;
  return {
    cluster,
    checkedAt: takenAt,
    hyperConverged: hyperConverged.ok && hyperConverged.value ? nameOf(hyperConverged.value) : null,
    workloadArchitectures: architectures?.workload ?? null,
    controlPlaneArchitectures: nodes.ok ? nodeArchitectures(nodes.value, undefined).controlPlane : null,
    defaultArchitecture: architectures?.default ?? null,
    incidents: judgements.map((judgement) => toIncident(judgement, known)),
    unread: [...failedReads(snapshot), ...(schema && !schema.ok ? [schema.failure] : []), ...known.unread],
  };
}

function nameOf({ version, namespace, name }: HyperConverged): Report['hyperConverged'] {
  return { apiVersion: `${HCO_GROUP}/${version}`, namespace, name };
}

function toIncident({ alert, condition, remedies }: Judgement, { recordOf, claimOf }: Known): ReportedIncident {
  const images = condition.kind === 'unknown' ? [] : condition.goldenImages;
  const record = recordOf(alert);
  return {
    alert,
    condition: condition.kind,
    verdict: verdictOf(claimOf(alert) ?? 'none', condition.kind),
    cause: condition.kind === 'absent' ? condition.cause : null,
    evidence: evidenceOf(condition),
    goldenImages: images.map((image) => ({ ...image, declaredArchitectures: image.declaredArchitectures ?? null })),
    remedies: remedies.map(toRemedy),
    ...(record === undefined ? {} : { record }),
  };
}

function evidenceOf(condition: Condition): Evidence | null {
  return condition.kind === 'unknown' ? null : (condition.evidence ?? null);
}

function toRemedy(remedy: CheckedRemedy): ReportedRemedy {
  const { id, title, feasible, advised, reason, costs, apiVersion, change, checkFirst, lookup, command, diff } = remedy;
  return {
    ...{ id, title, feasible, accepted: null, advised, reason: reason ?? null, costs, apiVersion },
    patch: change?.patch ?? null,
    checkFirst,
    lookup: lookup ?? null,
    command: command ?? null,
    diff: diff ?? null,
    after: change?.prediction ?? null,
  };
}

/** 0: nothing present; 1: something present; 2: something unknown, which wins. */
export function exitCode(judgements: readonly Judgement[]): number {
  const kinds = judgements.map(({ condition }) => condition.kind);
  if (kinds.includes('unknown')) return 2;
  return kinds.includes('present') ? 1 : 0;
}
