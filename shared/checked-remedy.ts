/** A remedy as it is told and printed, and whether the server takes it. */
import type { CrOwner } from './golden-images/cr-owner.ts';
import type { FieldOwner } from './golden-images/field-owner.ts';
import type { JsonObject } from './golden-images/json.ts';
import type { Acceptance } from './golden-images/remedies/acceptance.ts';
import type { Prediction, Proposal } from './golden-images/remedies/remedy.ts';
import type { JsonPatch } from './kubernetes/json-patch.ts';

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

/** A remedy that the server would refuse is not advised. */
export function withAcceptance(remedy: CheckedRemedy, acceptance: Acceptance): CheckedRemedy {
  if (acceptance.accepted !== false) return { ...remedy, acceptance };
  const refused = `This API server would refuse it: ${acceptance.reason}.`;
  return { ...remedy, acceptance, advised: false, reason: [refused, ...(remedy.reason === undefined ? [] : [remedy.reason])].join(' ') };
}
