/**
 * DataImportCronTemplates: what HCO reports of each golden image, and the CR's own entry for it
 * (`controllers/handlers/golden-images/golden_images.go:212-386`).
 */
import type { HyperConvergedVersion } from './api-version.ts';
import { ARCHITECTURES_ANNOTATION, type HyperConverged } from './hyperconverged.ts';
import type { ImageSource } from './image.ts';
import { booleanAt, isObject, type JsonObject, listAt, objectAt, stringAt } from './json.ts';

/** Absent or `true`, in whatever case: deployed. Anything else: not. */
export const ENABLED_ANNOTATION = 'dataimportcrontemplate.kubevirt.io/enable';

/** Where each API version keeps the CR's own templates. */
export const TEMPLATES_PATH: Readonly<Record<HyperConvergedVersion, readonly string[]>> = {
  v1: ['spec', 'workloadSources', 'dataImportCronTemplates'],
  v1beta1: ['spec', 'dataImportCronTemplates'],
};

export interface Template {
  readonly name: string;
  /** HCO brings it along; its source is in the operator's image, and can be read nowhere. */
  readonly isCommon: boolean;
  /** The CR's own entry; undefined for a common image that nobody changed. */
  readonly own: JsonObject | undefined;
  /** As HCO reports it; undefined where it does not deploy it. */
  readonly reported: JsonObject | undefined;
  /** What its author says it supports, before HCO filters it. */
  readonly declaredArchitectures: string | undefined;
  /**
   * Whether HCO takes the annotation of the CR's own entry, once the import is on: always for a custom image; for a common one only where
   * its registry is another. The original registry is not to be seen, but the import is: while it is on, a value that is not in force was
   * not taken. While it is off, and nobody knows, the registry counts as another: an annotation that is not needed does no harm.
   */
  readonly takesOwnAnnotation: boolean;
}

/** The CR's own entries, as they stand in the list. */
export function ownTemplates(object: JsonObject, version: HyperConvergedVersion): readonly JsonObject[] {
  return (listAt(object, ...TEMPLATES_PATH[version]) ?? []).filter(isObject);
}

/** Every template that HCO reports or the CR names, by name. */
export function readTemplates({ object, version, goldenImages, gate }: HyperConverged): readonly Template[] {
  const own = new Map(ownTemplates(object, version).map((entry) => [nameOf(entry), entry]));
  const reported = new Map(
    (listAt(object, 'status', 'dataImportCronTemplates') ?? []).filter(isObject).map((entry) => [nameOf(entry), entry]),
  );
  const declared = new Map(goldenImages.map((image) => [image.name, image.declaredArchitectures]));
  return [...new Set([...reported.keys(), ...own.keys()])].sort().map((name) => {
    const template = {
      name,
      isCommon: booleanAt(reported.get(name), 'status', 'commonTemplate') ?? !own.has(name),
      own: own.get(name),
      reported: reported.get(name),
      declaredArchitectures: declared.get(name) ?? (reported.has(name) ? undefined : annotationOf(own.get(name))),
    };
    return { ...template, takesOwnAnnotation: takesOwnAnnotation(template, gate.enabled) };
  });
}

function takesOwnAnnotation(template: Omit<Template, 'takesOwnAnnotation'>, isImportOn: boolean): boolean {
  const { isCommon, own, declaredArchitectures } = template;
  if (own === undefined || !isCommon) return own !== undefined;
  return registryOf(own) !== undefined && (!isImportOn || (annotationOf(own) ?? '') === (declaredArchitectures ?? ''));
}

/** The name of an entry, and so of its image. */
export function nameOf(entry: JsonObject): string {
  return stringAt(entry, 'metadata', 'name') ?? '';
}

/** What an entry declares. */
export function annotationOf(entry: JsonObject | undefined): string | undefined {
  return stringAt(entry, 'metadata', 'annotations', ARCHITECTURES_ANNOTATION);
}

export function isEnabled(entry: JsonObject): boolean {
  return (stringAt(entry, 'metadata', 'annotations', ENABLED_ANNOTATION) ?? 'true').toLowerCase() === 'true';
}

/** `source.registry` of a template. */
export function registryOf(entry: JsonObject | undefined): JsonObject | undefined {
  return objectAt(entry, 'spec', 'template', 'spec', 'source', 'registry');
}

/** The size of the disk that it asks for, as a Kubernetes quantity; undefined where it does not say. */
export function requestedStorage({ reported, own }: Pick<Template, 'reported' | 'own'>): string | undefined {
  const spec = objectAt(reported ?? own, 'spec', 'template', 'spec');
  const [storage, pvc] = ['storage', 'pvc'].map((kind) => objectAt(spec, kind, 'resources', 'requests')?.storage);
  const size = storage ?? pvc;
  return typeof size === 'string' || typeof size === 'number' ? `${size}` : undefined; // a number of bytes is a quantity as well
}

/** The DataSource that it keeps fresh. */
export function managedDataSource({ reported, own }: Pick<Template, 'reported' | 'own'>): string | undefined {
  return stringAt(reported ?? own, 'spec', 'managedDataSource');
}

/** Where its image lies; undefined where it is neither a registry's nor an image stream's. `namespace` is where HCO puts those without one. */
export function imageSource({ reported, own }: Pick<Template, 'reported' | 'own'>, namespace: string): ImageSource | undefined {
  const registry = registryOf(own ?? reported);
  const where = stringAt(own, 'metadata', 'namespace') || stringAt(reported, 'metadata', 'namespace') || namespace;
  const stream = stringAt(registry, 'imageStream');
  if (stream) return { kind: 'image-stream', name: stream, namespace: where };
  const url = stringAt(registry, 'url');
  if (!url) return undefined;
  const [secretRef, certConfigMap] = [stringAt(registry, 'secretRef'), stringAt(registry, 'certConfigMap')];
  return { kind: 'registry', url, namespace: where, ...(secretRef ? { secretRef } : {}), ...(certConfigMap ? { certConfigMap } : {}) };
}
