/** What a check found, in the form that scripts read. */

import type { CheckedRemedy, PathWriter } from '../../shared/checked-remedy.ts';
import { HCO_GROUP } from '../../shared/golden-images/api-version.ts';
import type { AtRisk } from '../../shared/golden-images/at-risk.ts';
import type { Cause } from '../../shared/golden-images/cause.ts';
import type { AlertName, Condition, Evidence } from '../../shared/golden-images/conditions.ts';
import type { CrOwner } from '../../shared/golden-images/cr-owner.ts';
import type { HyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import type { FailedRead, Read } from '../../shared/golden-images/read.ts';
import type { Prediction } from '../../shared/golden-images/remedies/remedy.ts';
import { acceptanceSentence } from '../../shared/golden-images/remedies/wording.ts';
import { failedReads, type Snapshot } from '../../shared/golden-images/snapshot.ts';
import { type Verdict, verdictOf } from '../../shared/golden-images/verdict.ts';
import { nodeArchitectures } from '../../shared/golden-images/workload-nodes.ts';
import type { Judgement } from '../../shared/judge.ts';
import type { JsonPatch } from '../../shared/kubernetes/json-patch.ts';
import type { Applicability } from './applicability.ts';
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
  /** Why the alerts cannot be true here at all, or that this is not known; not there where they can be, or nothing speaks of it. */
  readonly applicability?: Applicability;
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
  /** Virtual machines that boot from the images concerned; null where that is no question, or nobody asked. */
  readonly atRisk: ReportedRisk | null;
  /** What archwatch has on record; null where there is nothing, and not there where nobody asked. */
  readonly record?: ReportedRecord | null;
}

/** Without a total nobody could say, and why is in it. */
export type ReportedRisk = AtRisk | { readonly total: null; readonly unread: readonly [FailedRead] };

export interface ReportedRemedy {
  readonly id: string;
  readonly title: string;
  readonly feasible: boolean;
  /** By the server's schema or dry run; null where nobody was asked, or nobody could say: the words are in `reason`. */
  readonly accepted: boolean | null;
  readonly checkedBy: 'schema' | 'dry run' | null;
  /** The same in a sentence; null where nobody was asked. */
  readonly acceptance: string | null;
  /** What the server wants to be known about the change. */
  readonly warnings: readonly string[];
  readonly advised: boolean;
  readonly reason: string | null;
  readonly costs: readonly string[];
  readonly apiVersion: string;
  /** JSON merge patch. */
  readonly patch: JsonObject | null;
  /** JSON Patch, guarded: it applies to nothing but the CR that was read. */
  readonly jsonPatch: JsonPatch | null;
  /** The change as a part of a manifest. */
  readonly yaml: string | null;
  /** Virtual machines that are known to run on nodes that it takes away: how many, and the first `namespace/name`. */
  readonly orphans: { readonly count: number; readonly names: readonly string[] };
  /** Who wrote what it changes, the latest first; and who else applies it. */
  readonly writers: readonly PathWriter[];
  readonly appliers: readonly CrOwner[];
  /** Nodes about which a person must know first whether virtual machines run there, and the command that tells. */
  readonly checkFirst: readonly string[];
  readonly lookup: string | null;
  readonly command: string | null;
  readonly diff: string | null;
  readonly after: Prediction | null;
  /** Only a person can complete it. */
  readonly isPattern: boolean;
}

/** `known` is what is known beside the snapshot, and so is `applicability`. */
export function toReport(
  cluster: string | null,
  snapshot: Snapshot,
  judgements: readonly Judgement[],
  known = NOTHING_KNOWN,
  applicability?: Applicability,
): Report {
  const { nodes, hyperConverged, takenAt } = snapshot;
  const architectures = judgements.map(({ condition }) => evidenceOf(condition)).find((found) => found !== null)?.architectures;
  return {
    cluster,
    checkedAt: takenAt,
    hyperConverged: hyperConverged.ok && hyperConverged.value ? nameOf(hyperConverged.value) : null,
    workloadArchitectures: architectures?.workload ?? null,
    controlPlaneArchitectures: nodes.ok ? nodeArchitectures(nodes.value, undefined).controlPlane : null,
    defaultArchitecture: architectures?.default ?? null,
    ...(applicability === undefined ? {} : { applicability }),
    incidents: judgements.map((judgement) => toIncident(judgement, known)),
    unread: [...failedReads(snapshot), ...unreadBeside(snapshot), ...known.unread],
  };
}

/** What decides no condition, one failure of a resource each. */
function unreadBeside({ served, kubeVirt }: Snapshot): readonly FailedRead[] {
  const reads = [served?.v1HasImportField, served?.schema?.read, served?.hasSsp, ...Object.values({ ...kubeVirt })];
  const failures = reads.flatMap((read) => (read && !read.ok ? [read.failure] : []));
  return failures.filter(({ resource }, index) => failures.findIndex((other) => other.resource === resource) === index);
}

/** What was read of the cluster as a whole is the same in all of them. */
export function evidenceIn({ incidents }: Report): Evidence | undefined {
  return incidents.map(({ evidence }) => evidence).find((found) => found !== null);
}

function nameOf({ version, namespace, name }: HyperConverged): Report['hyperConverged'] {
  return { apiVersion: `${HCO_GROUP}/${version}`, namespace, name };
}

function toIncident({ alert, condition, remedies, atRisk }: Judgement, { recordOf, claimOf }: Known): ReportedIncident {
  const images = condition.kind === 'unknown' ? [] : condition.goldenImages;
  const record = recordOf(alert);
  const verdict = verdictOf(claimOf(alert) ?? 'none', condition.kind);
  return {
    alert,
    condition: condition.kind,
    verdict,
    cause: condition.kind === 'absent' ? condition.cause : null,
    evidence: evidenceOf(condition),
    goldenImages: images.map((image) => ({ ...image, declaredArchitectures: image.declaredArchitectures ?? null })),
    remedies: condition.kind === 'present' || verdict === 'stale' ? remedies.map(toRemedy) : [], // those of an absent one are for an alert that fires
    atRisk: atRisk === undefined ? null : toRisk(atRisk),
    ...(record === undefined ? {} : { record }),
  };
}

function toRisk(read: Read<AtRisk>): ReportedRisk {
  return read.ok ? read.value : { total: null, unread: [read.failure] };
}

function evidenceOf(condition: Condition): Evidence | null {
  return condition.kind === 'unknown' ? null : (condition.evidence ?? null);
}

function toRemedy(remedy: CheckedRemedy): ReportedRemedy {
  const { id, title, feasible, advised, costs, apiVersion, change, orphans, checkFirst, lookup, command, diff, yaml, isPattern } = remedy;
  const { acceptance, writers, appliers } = remedy;
  return {
    ...{ id, title, feasible, accepted: acceptance.accepted, checkedBy: acceptance.by ?? null },
    acceptance: acceptanceSentence(acceptance) ?? null,
    warnings: acceptance.warnings,
    ...{ advised, reason: reasonOf(remedy), costs, apiVersion },
    patch: change?.patch ?? null,
    jsonPatch: change?.jsonPatch ?? null,
    yaml: yaml ?? null,
    orphans: { count: orphans.count, names: orphans.first },
    ...{ writers, appliers, checkFirst },
    lookup: lookup ?? null,
    command: command ?? null,
    diff: diff ?? null,
    after: isPattern ? null : (change?.prediction ?? null),
    isPattern,
  };
}

/** Of a remedy that would be refused the judgement has said so already. */
function reasonOf({ reason, acceptance }: CheckedRemedy): string | null {
  const unanswered = acceptance.accepted === null ? acceptanceSentence(acceptance) : undefined;
  return [reason, unanswered].filter((part) => part !== undefined).join(' ') || null;
}

/** 0: nothing present; 1: something present; 2: something unknown, which wins. */
export function exitCode(judgements: readonly Judgement[]): number {
  const kinds = judgements.map(({ condition }) => condition.kind);
  if (kinds.includes('unknown')) return 2;
  return kinds.includes('present') ? 1 : 0;
}
