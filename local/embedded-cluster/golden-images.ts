/**
 * `status.dataImportCronTemplates` as HCO decides it (`controllers/handlers/golden-images/golden_images.go:212-386`), written down anew from
 * its rules, without our own domain code.
 */
import { ARCHITECTURES, commonTemplates, IMPORT_SCHEDULE } from './common-templates.ts';
import { at, type JsonObject, objectAt, objectsAt, textAt, withAt, without } from './json.ts';
import { type ApiVersion, RELEASES, type Release } from './releases.ts';

export interface Decision {
  readonly release: Release;
  /** In the version that the release stores. */
  readonly spec: JsonObject;
  /** The multi-architecture import. */
  readonly isOn: boolean;
  /** Architectures of the workload nodes. */
  readonly workload: readonly string[];
  /** RFC 3339. */
  readonly now: string;
}

const PLACES: Readonly<Record<ApiVersion, { readonly templates: readonly string[]; readonly commonImport: readonly string[] }>> = {
  v1: {
    templates: ['workloadSources', 'dataImportCronTemplates'],
    commonImport: ['workloadSources', 'enableCommonBootImageImport'],
  },
  v1beta1: { templates: ['dataImportCronTemplates'], commonImport: ['enableCommonBootImageImport'] },
};

/** Whether a template is imported: absent means yes; anything but "true", in whatever case, means no. */
export const ENABLED = 'dataimportcrontemplate.kubevirt.io/enable';

/**
 * The common images, the CR's own, and with the import on what of them fits this cluster, by name. Throws where HCO cannot reconcile: a name
 * that is there twice, or a customised common image without a source, on which it panics.
 */
export function goldenImages({ release, spec, isOn, workload, now }: Decision): readonly JsonObject[] {
  const { templates, commonImport } = PLACES[RELEASES[release].stored];
  const own = new Map(objectsAt(spec, ...templates).map((template) => [nameOf(template), template]));
  if (own.size < objectsAt(spec, ...templates).length) throw new Error('the CR has two DataImportCronTemplates of one name');
  const common = at(spec, ...commonImport) === false ? [] : commonTemplates(release);
  const names = common.map(nameOf);
  const all = [
    ...common.map((template) => customised(template, own.get(nameOf(template)), isOn)),
    ...[...own.values()].filter((template) => !names.includes(nameOf(template))).map((template) => ({ ...asStored(template), status: {} })),
  ];
  const imported = all.filter(isImported).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return isOn ? imported.map((template) => fitted(template, workload, now)) : imported;
}

/** Whether HCO hands it on to SSP, which imports it. */
export function isDeployed(template: JsonObject): boolean {
  return !objectsAt(template, 'status', 'conditions').some(
    (condition) => textAt(condition, 'type') === 'Deployed' && textAt(condition, 'status') === 'False',
  );
}

export function nameOf(template: JsonObject): string {
  return textAt(template, 'metadata', 'name') ?? '';
}

export function isImported(template: JsonObject): boolean {
  return (textAt(template, 'metadata', 'annotations', ENABLED) ?? 'true').toLowerCase() === 'true';
}

/** Go writes the empty structs of a template out. */
function asStored(template: JsonObject): JsonObject {
  const inner = objectAt(template, 'spec', 'template');
  return 'spec' in template ? withAt(template, ['spec', 'template'], { metadata: {}, status: {}, ...inner }) : template;
}

/** A CR entry with a common image's name replaces its spec; while the registry is the same, the import keeps to the original architectures. */
function customised(common: JsonObject, own: JsonObject | undefined, isOn: boolean): JsonObject {
  if (own === undefined) return { ...common, status: { commonTemplate: true } };
  if (isImported(own) && at(own, 'spec', 'template', 'spec', 'source') === undefined) {
    throw new Error(`the common image ${nameOf(own)} is customised and has no source: HCO panics on it`);
  }
  const annotations = { ...objectAt(common, 'metadata', 'annotations'), ...objectAt(own, 'metadata', 'annotations') };
  const architectures = textAt(isRegistryChanged(common, own) ? own : common, 'metadata', 'annotations', ARCHITECTURES);
  const decided = architectures === undefined ? without(annotations, ARCHITECTURES) : { ...annotations, [ARCHITECTURES]: architectures };
  const namespace = textAt(own, 'metadata', 'namespace');
  return {
    metadata: { ...objectAt(common, 'metadata'), annotations: isOn ? decided : annotations, ...(namespace ? { namespace } : {}) },
    spec: { schedule: IMPORT_SCHEDULE, ...objectAt(asStored(own), 'spec') },
    status: { commonTemplate: true, modified: true },
  };
}

/** Another pull method or secret is a change too; a source that is no registry is none. */
function isRegistryChanged(common: JsonObject, own: JsonObject): boolean {
  const registry = (template: JsonObject) => at(template, 'spec', 'template', 'spec', 'source', 'registry');
  const theirs = registry(own);
  if (theirs === undefined) return false;
  return Object.keys(objectAt(theirs)).length !== 1 || textAt(theirs, 'url') !== textAt(registry(common), 'url');
}

/** Only architectures that the cluster has are left, verbatim; none left means that the image is not deployed. */
function fitted(template: JsonObject, workload: readonly string[], now: string): JsonObject {
  const original = textAt(template, 'metadata', 'annotations', ARCHITECTURES);
  if (original === undefined) return template;
  const left = original.split(',').filter((architecture) => architecture !== '' && workload.includes(architecture));
  const annotated = withAt(template, ['metadata', 'annotations', ARCHITECTURES], left.join(','));
  const conditions = left.length === 0 ? { conditions: [{ lastTransitionTime: now, ...NOT_DEPLOYED }] } : {};
  // Go's `omitempty`: an empty original is not written.
  const remembered = original === '' ? {} : { originalSupportedArchitectures: original };
  return { ...annotated, status: { ...objectAt(template, 'status'), ...conditions, ...remembered } };
}

const NOT_DEPLOYED = {
  message: 'DataImportCronTemplate has no supported architectures for the current cluster',
  reason: 'UnsupportedArchitectures',
  status: 'False',
  type: 'Deployed',
};
