/** A proposal made ready to print: patches, command, diff and manifest, held against what the API server publishes. */
import { type CheckedRemedy, withAcceptance } from './checked-remedy.ts';
import { HCO_GROUP, type HyperConvergedVersion } from './golden-images/api-version.ts';
import { readAppliers } from './golden-images/cr-owner.ts';
import { touchedPaths } from './golden-images/field-paths.ts';
import { isObject, type JsonObject } from './golden-images/json.ts';
import { OPERATOR_SELECTOR } from './golden-images/operator.ts';
import { NOT_ASKED } from './golden-images/remedies/acceptance.ts';
import { changedLists, changedPart } from './golden-images/remedies/changed-part.ts';
import type { Change, Proposal, Target } from './golden-images/remedies/remedy.ts';
import type { ServedVersions, Snapshot } from './golden-images/snapshot.ts';
import { writersOf } from './golden-images/writers.ts';
import { acceptanceBySchema } from './kubernetes/acceptance.ts';
import { jsonPatchOf, replacesList } from './kubernetes/json-patch.ts';
import { ANY, type Schema, schemaOfMember } from './kubernetes/open-api-schema.ts';
import { deletePodsCommand, patchCommand, runningOnCommand } from './kubernetes/patch-command.ts';
import { withDefaults } from './kubernetes/schema-defaults.ts';
import { toManifest, yamlDiff } from './kubernetes/yaml-diff.ts';

/** `kubectl` is the client that the command begins with. */
export function printRemedy(proposal: Proposal, { served }: Snapshot, kubectl: string): CheckedRemedy {
  const { change, target, checkFirst, restartsOperator } = proposal;
  const remedy = {
    ...proposal,
    apiVersion: apiVersionOf(target.version),
    lookup: checkFirst.length > 0 ? runningOnCommand(kubectl, checkFirst) : undefined,
  };
  if (change === undefined) return { ...remedy, ...unchanged(restartsOperator ? restartCommand(kubectl, target) : undefined) };
  const printed = { ...remedy, ...changed(change, target, kubectl, schemaOf(served, target)) };
  return withAcceptance(printed, acceptanceBySchema(served, target.version, printed.change));
}

function unchanged(command: string | undefined) {
  return { change: undefined, command, diff: undefined, yaml: undefined, acceptance: NOT_ASKED, writers: [], appliers: [] };
}

function changed({ patch, before, after, prediction }: Change, target: Target, kubectl: string, schema: Schema | undefined) {
  const part = changedPart(before, after);
  const stored = schema === undefined ? part : changedPart(before, { ...after, ...specWithDefaults(after, schema) });
  const jsonPatch = jsonPatchOf(before, after);
  const touched = touchedPaths(patch);
  const name = `HyperConverged ${apiVersionOf(target.version)}`;
  return {
    change: { prediction, patch, jsonPatch, before },
    command: patchCommand(kubectl, resourceOf(target), replacesList(patch) ? { json: jsonPatch } : { merge: patch }),
    diff: yamlDiff(name, stored.before, stored.after),
    yaml: toManifest({ ...headOf(target), ...part.after }, changedLists(before, after).map(listComment)),
    acceptance: NOT_ASKED,
    writers: writersOf(before, target.version, touched).map(({ path, ...owner }) => ({ ...owner, path: path.join('.') })),
    appliers: readAppliers(before, target.version, touched),
  };
}

/** The server adds the defaults of what is new: the diff says so, and what a person writes need not. */
function specWithDefaults({ spec }: JsonObject, schema: Schema): JsonObject {
  return isObject(spec) ? { spec: withDefaults(spec, schemaOfMember(schema, 'spec') ?? ANY) } : {};
}

function schemaOf(served: ServedVersions | undefined, { version }: Target): Schema | undefined {
  const schema = served?.schema;
  return schema?.version === version && schema.read.ok ? schema.read.value : undefined;
}

/** A manifest replaces lists: whoever merges a part of one must know which it is. */
function listComment({ name, isWhole }: { readonly name: string; readonly isWhole: boolean }): string {
  return isWhole
    ? `${name}: the whole list, in the place of the one that is there`
    : `${name}: only the entries that change; leave the others as they are`;
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
