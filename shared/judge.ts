/** A snapshot judged: each alert's condition, and the ways out, ready to print and checked against what the API server publishes. */
import { HCO_GROUP, type HyperConvergedVersion } from './golden-images/api-version.ts';
import type { AtRisk } from './golden-images/at-risk.ts';
import { ALERT_RULES, type AlertName, type AlertRule, type Condition, judgeCondition } from './golden-images/conditions.ts';
import { type CrOwner, readAppliers } from './golden-images/cr-owner.ts';
import type { FieldOwner } from './golden-images/field-owner.ts';
import { touchedPaths } from './golden-images/field-paths.ts';
import type { HyperConverged } from './golden-images/hyperconverged.ts';
import type { JsonObject } from './golden-images/json.ts';
import { OPERATOR_SELECTOR } from './golden-images/operator.ts';
import { type Acceptance, NOT_ASKED } from './golden-images/remedies/acceptance.ts';
import { changedPart } from './golden-images/remedies/changed-part.ts';
import { byPreference, proposeRemedies } from './golden-images/remedies/remedies.ts';
import type { Change, Prediction, Proposal, Target } from './golden-images/remedies/remedy.ts';
import type { Read, Snapshot } from './golden-images/snapshot.ts';
import { judgeVirtualMachines } from './golden-images/virtual-machines.ts';
import { writersOf } from './golden-images/writers.ts';
import { acceptanceBySchema } from './kubernetes/acceptance.ts';
import { type JsonPatch, jsonPatchOf, replacesList } from './kubernetes/json-patch.ts';
import { deletePodsCommand, patchCommand, runningOnCommand } from './kubernetes/patch-command.ts';
import { toManifest, yamlDiff } from './kubernetes/yaml-diff.ts';

/** A proposal as it is told: with what a person copies. */
export interface ToldRemedy extends Omit<Proposal, 'change'> {
  readonly change: { readonly prediction: Prediction } | undefined;
  /** Of the patch: `hco.kubevirt.io/v1`. */
  readonly apiVersion: string;
  /** Undefined where there is nothing to do by command. */
  readonly command: string | undefined;
  /** Of what changes in the CR; undefined where nothing does. */
  readonly diff: string | undefined;
  /** The same as a part of a manifest, for whoever renders the CR. */
  readonly yaml: string | undefined;
  /** Lists the virtual machines that must be known of first. */
  readonly lookup: string | undefined;
  readonly acceptance: Acceptance;
  /** Who wrote what it changes, the latest first. */
  readonly writers: readonly PathWriter[];
  /** Others that apply what it changes, beside the tools that own the CR as a whole. */
  readonly appliers: readonly CrOwner[];
}

/** Of one path: `spec.workloadSources`. */
export interface PathWriter extends FieldOwner {
  readonly path: string;
}

/** With what scripts take. */
export interface CheckedRemedy extends ToldRemedy {
  readonly change: PrintedChange | undefined;
}

export interface PrintedChange {
  readonly prediction: Prediction;
  readonly patch: JsonObject;
  /** Guarded; the command carries it where the merge patch would replace a list. */
  readonly jsonPatch: JsonPatch;
  /** The whole CR that it was made for. */
  readonly before: JsonObject;
}

export interface Judgement {
  readonly alert: AlertName;
  readonly condition: Condition;
  readonly remedies: readonly CheckedRemedy[];
  /** The virtual machines that boot from the images concerned; undefined where that is no question, or nobody asked. */
  readonly atRisk: Read<AtRisk> | undefined;
}

/** All three alerts, in a fixed order. `kubectl` is the client that printed commands begin with. */
export function judge(snapshot: Snapshot, kubectl: string): readonly Judgement[] {
  return ALERT_RULES.map((rule) => {
    const condition = judgeCondition(rule, snapshot);
    const remedies = proposeRemedies(rule.alert, snapshot, condition).map((proposal) => printable(proposal, snapshot, kubectl));
    return { alert: rule.alert, condition, remedies: byPreference(remedies), atRisk: atRiskOf(rule, condition, snapshot) };
  });
}

function atRiskOf({ isRiskForMachines }: AlertRule, condition: Condition, snapshot: Snapshot): Judgement['atRisk'] {
  const { kubeVirt, nodes, hyperConverged } = snapshot;
  if (!isRiskForMachines || condition.kind !== 'present' || kubeVirt === undefined) return undefined;
  if (!nodes.ok || !hyperConverged.ok || hyperConverged.value === undefined) return undefined;
  return judgeVirtualMachines(kubeVirt, nodes.value, withImagesOf(condition, hyperConverged.value));
}

/** The images that the alert names; all where it names none. */
function withImagesOf({ goldenImages }: Extract<Condition, { kind: 'present' }>, cr: HyperConverged): HyperConverged {
  if (goldenImages.length === 0) return cr;
  const hit = new Set(goldenImages.filter(({ condition }) => condition === 'present').map(({ name }) => name));
  return { ...cr, goldenImages: cr.goldenImages.filter(({ name }) => hit.has(name)) };
}

/** A remedy that the server would refuse is not advised. */
export function withAcceptance(remedy: CheckedRemedy, acceptance: Acceptance): CheckedRemedy {
  if (acceptance.accepted !== false) return { ...remedy, acceptance };
  const refused = `This API server would refuse it: ${acceptance.reason}.`;
  return { ...remedy, acceptance, advised: false, reason: [refused, ...(remedy.reason === undefined ? [] : [remedy.reason])].join(' ') };
}

function printable(proposal: Proposal, { served }: Snapshot, kubectl: string): CheckedRemedy {
  const { change, target, checkFirst, restartsOperator } = proposal;
  const remedy = {
    ...proposal,
    apiVersion: apiVersionOf(target.version),
    lookup: checkFirst.length > 0 ? runningOnCommand(kubectl, checkFirst) : undefined,
  };
  if (change === undefined) return { ...remedy, ...unchanged(restartsOperator ? restartCommand(kubectl, target) : undefined) };
  const printed = { ...remedy, ...changed(change, target, kubectl) };
  return withAcceptance(printed, acceptanceBySchema(served, target.version, printed.change));
}

function unchanged(command: string | undefined) {
  return { change: undefined, command, diff: undefined, yaml: undefined, acceptance: NOT_ASKED, writers: [], appliers: [] };
}

function changed({ patch, before, after, prediction }: Change, target: Target, kubectl: string) {
  const part = changedPart(before, after);
  const jsonPatch = jsonPatchOf(before, after);
  const touched = touchedPaths(patch);
  const name = `HyperConverged ${apiVersionOf(target.version)}`;
  return {
    change: { prediction, patch, jsonPatch, before },
    command: patchCommand(kubectl, resourceOf(target), replacesList(patch) ? { json: jsonPatch } : { merge: patch }),
    diff: yamlDiff(name, part.before, part.after),
    yaml: toManifest({ ...headOf(target), ...part.after }),
    acceptance: NOT_ASKED,
    writers: writersOf(before, target.version, touched).map(({ path, ...owner }) => ({ ...owner, path: path.join('.') })),
    appliers: readAppliers(before, target.version, touched),
  };
}

function headOf({ version, namespace, name }: Target) {
  return { apiVersion: apiVersionOf(version), kind: 'HyperConverged', metadata: { name, namespace } };
}

function resourceOf(target: Target) {
  return { ...target, resource: `hyperconvergeds.${target.version}.${HCO_GROUP}` };
}

/** Whatever its deployment is called: it differs downstream. */
function restartCommand(kubectl: string, { namespace }: Target): string {
  return deletePodsCommand(kubectl, namespace, OPERATOR_SELECTOR);
}

function apiVersionOf(version: HyperConvergedVersion): string {
  return `${HCO_GROUP}/${version}`;
}
