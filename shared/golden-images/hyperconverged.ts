/** The HyperConverged CR of either API version, read into the one shape that the rest reads. */
import { HCO_GROUP, type HyperConvergedVersion } from './api-version.ts';
import { type Gate, IMPORT_GATE, readGate } from './gate.ts';
import { isObject, type JsonObject, listAt, MalformedError, objectAt, stringAt } from './json.ts';
import { type NodePlacement, readNodePlacement } from './node-selector.ts';

/** An image author's statement, a comma-separated list. */
export const ARCHITECTURES_ANNOTATION = 'ssp.kubevirt.io/dict.architectures';

/** A DataImportCronTemplate that HCO deploys, as its status reports it. */
export interface GoldenImage {
  readonly name: string;
  /** What its author says it supports, before HCO filters it; undefined without the annotation. */
  readonly declaredArchitectures: string | undefined;
}

/** What HCO itself believes of the nodes: a cross-check, never the answer. */
export interface ReportedNodeInfo {
  readonly workloadArchitectures: readonly string[] | undefined;
}

export interface HyperConverged {
  readonly version: HyperConvergedVersion;
  readonly namespace: string;
  readonly name: string;
  readonly gate: Gate;
  readonly placement: NodePlacement | undefined;
  readonly goldenImages: readonly GoldenImage[];
  readonly reported: ReportedNodeInfo;
  /** `status.versions[operator]`: HCO's own upstream (1.19.0), a product's downstream (4.22.0). */
  readonly operatorVersion: string | undefined;
  /** The object as it was read: remedies are built on it. */
  readonly object: JsonObject;
}

/** Where each API version keeps the workload placement. */
export const PLACEMENT_PATH: Readonly<Record<HyperConvergedVersion, readonly string[]>> = {
  v1: ['spec', 'deployment', 'nodePlacements', 'workload'],
  v1beta1: ['spec', 'workloads', 'nodePlacement'],
};

/** Where each API version keeps the multi-architecture import. */
export const IMPORT_PATH: Readonly<Record<HyperConvergedVersion, readonly string[]>> = {
  v1: ['spec', 'workloadSources', IMPORT_GATE],
  v1beta1: ['spec', 'featureGates', IMPORT_GATE],
};

/** Reads a HyperConverged object. Throws `MalformedError` where it is not one that HCO could read. */
export function readHyperConverged(object: unknown): HyperConverged {
  if (!isObject(object)) throw new MalformedError('a HyperConverged that is not an object');
  const version = versionOf(object);
  return {
    version,
    namespace: nameAt(object, 'namespace'),
    name: nameAt(object, 'name'),
    gate: readGate(object, version),
    placement: readNodePlacement(objectAt(object, ...PLACEMENT_PATH[version])),
    goldenImages: (listAt(object, 'status', 'dataImportCronTemplates') ?? []).map(readGoldenImage),
    reported: { workloadArchitectures: reportedArchitectures(object) },
    operatorVersion: operatorVersionOf(object),
    object,
  };
}

function versionOf(object: JsonObject): HyperConvergedVersion {
  const apiVersion = stringAt(object, 'apiVersion');
  if (apiVersion === `${HCO_GROUP}/v1`) return 'v1';
  if (apiVersion === `${HCO_GROUP}/v1beta1`) return 'v1beta1';
  throw new MalformedError(`apiVersion ${JSON.stringify(apiVersion)} is not a known version of HyperConverged`);
}

/** The names go into a command line: only what the API server itself would take (RFC 1123) passes. */
function nameAt(object: JsonObject, member: 'name' | 'namespace'): string {
  const name = stringAt(object, 'metadata', member) ?? '';
  if (name.length > 253 || !/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/.test(name)) {
    throw new MalformedError(`metadata.${member} ${JSON.stringify(name)} is not a Kubernetes name`);
  }
  return name;
}

/**
 * HCO keeps the author's value in `originalSupportedArchitectures` once it has filtered the annotation
 * (`golden_images.go:331-353`); before that, and with the gate off, the annotation is the author's.
 */
function readGoldenImage(template: unknown): GoldenImage {
  return {
    name: stringAt(template, 'metadata', 'name') ?? '',
    declaredArchitectures:
      stringAt(template, 'status', 'originalSupportedArchitectures') ||
      stringAt(template, 'metadata', 'annotations', ARCHITECTURES_ANNOTATION),
  };
}

function reportedArchitectures(object: JsonObject): readonly string[] | undefined {
  return listAt(object, 'status', 'nodeInfo', 'workloadsArchitectures')?.filter((item) => typeof item === 'string');
}

function operatorVersionOf(object: JsonObject): string | undefined {
  const entry = listAt(object, 'status', 'versions')?.find((item) => stringAt(item, 'name') === 'operator');
  return stringAt(entry, 'version');
}
