/** Who owns the CR: tools that write it from a source of their own, which is where a change belongs that is meant to last. */
import type { HyperConvergedVersion } from './api-version.ts';
import { type Marked, readMarked } from './cr-owner-marks.ts';
import { CR_OWNER_TOOLS, type CrOwnerTool, type ToolRow } from './cr-owner-tools.ts';
import { type FieldPath, ownedFields } from './field-owner.ts';
import type { JsonObject } from './json.ts';
import { writersOf } from './writers.ts';

export interface CrOwner {
  /** `server-side-apply` for a manager that is none of the known tools. */
  readonly tool: CrOwnerTool | 'server-side-apply';
  /** Of what writes it, such as `namespace/name` of an application, or of a manager; undefined where no mark says it. Untrusted. */
  readonly name: string | undefined;
  /** What in the CR says so, as a person finds it; untrusted, as it may name a manager. */
  readonly evidence: string;
  /** False where only a field manager says so: it has written the CR, and may have left it since. */
  readonly isMarked: boolean;
}

/** The tools that the CR's own metadata speaks of, in the order of the table. Never throws: what is malformed says nothing. */
export function readCrOwners(object: JsonObject): readonly CrOwner[] {
  const marked = readMarked(object);
  const managers = ownedFields(object).map(({ owner }) => owner.manager);
  const owners = CR_OWNER_TOOLS.map((row) => ownerBy(row, marked, managers)).filter((owner) => owner !== undefined);
  const isOfFlux = owners.some(({ tool }) => tool === 'flux-helm-release'); // whose releases carry Helm's own marks too
  return owners.filter(({ tool }) => tool !== 'helm' || !isOfFlux);
}

/**
 * The other managers that own by server-side apply what a change touches: their next apply takes the change back, or is refused for it
 * (https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts).
 */
export function readAppliers(object: JsonObject, version: HyperConvergedVersion, touched: readonly FieldPath[]): readonly CrOwner[] {
  const writers = writersOf(object, version, touched).filter(({ operation }) => operation === 'Apply');
  const names = new Set(writers.map(({ manager }) => manager).filter((name) => !CR_OWNER_TOOLS.some(({ isManager }) => isManager(name))));
  return [...names].sort().map((name) => ({ tool: 'server-side-apply', name, evidence: `field manager ${name}`, isMarked: false }));
}

/** What to tell a person before they edit the CR by hand. Names in it are raw: whoever prints it makes them plain. */
export function crOwnerSentence({ tool, name, evidence, isMarked }: CrOwner): string {
  const row = CR_OWNER_TOOLS.find((candidate) => candidate.tool === tool);
  if (row === undefined) {
    return `${name} has applied what this changes: edit it at its source; its next apply reverts an edit by hand, or is refused for it.`;
  }
  const { kind, controller, source, fate } = row;
  return isMarked
    ? `${kind} ${name} writes this CR: ${source}; ${fate}.`
    : `${controller} has written this CR (${evidence}): if it still does, ${source}; ${fate}.`;
}

function ownerBy({ tool, marks, isManager }: ToolRow, marked: Marked, managers: readonly string[]): CrOwner | undefined {
  const manager = managers.find(isManager);
  for (const { evidence, find, isWeak } of marks) {
    const name = isWeak && manager === undefined ? undefined : find(marked);
    if (name !== undefined) return { tool, name, evidence: isWeak ? `${evidence}, field manager ${manager}` : evidence, isMarked: true };
  }
  return manager === undefined ? undefined : { tool, name: undefined, evidence: `field manager ${manager}`, isMarked: false };
}
