/** Which golden images HCO will report after a change of the CR, and what they will declare (`golden_images.go:212-353`). */
import { type GoldenImage, type HyperConverged, readHyperConverged } from './hyperconverged.ts';
import { isEqual, type JsonObject } from './json.ts';
import { annotationOf, isEnabled, nameOf, ownTemplates, readTemplates, registryOf, type Template } from './templates.ts';

/** The CR once HCO has taken the change. `object` is the changed CR in the version of `before`. Throws `MalformedError`. */
export function forecast(before: HyperConverged, object: JsonObject): HyperConverged {
  const after = readHyperConverged(object);
  const own = new Map(ownTemplates(object, after.version).map((entry) => [nameOf(entry), entry]));
  const templates = readTemplates(before);
  const known = new Set(templates.map(({ name }) => name));
  const images = templates.filter((template) => isDeployed(template, own.get(template.name)));
  const added = [...own].filter(([name, entry]) => !known.has(name) && isEnabled(entry));
  return {
    ...after,
    goldenImages: [
      ...images.map((template) => imageOf(template.name, declaredBy(template, own.get(template.name), after.gate.enabled))),
      ...added.map(([name, entry]) => imageOf(name, annotationOf(entry))),
    ],
  };
}

function imageOf(name: string, declaredArchitectures: string | undefined): GoldenImage {
  return { name, declaredArchitectures };
}

function isDeployed({ isCommon, reported }: Template, own: JsonObject | undefined): boolean {
  return own ? isEnabled(own) : isCommon && reported !== undefined;
}

/** While the import is off, an entry's annotation is simply laid over the original; then it is taken or not. */
function declaredBy(template: Template, own: JsonObject | undefined, isImportOn: boolean): string | undefined {
  const { declaredArchitectures, takesOwnAnnotation } = template;
  if (own === undefined) return declaredArchitectures;
  if (!isImportOn && template.isCommon) return annotationOf(own) ?? declaredArchitectures;
  return takesOwnAnnotation || isRegistryChanged(template, own) ? annotationOf(own) : declaredArchitectures;
}

/** A common image keeps the annotation that it came with, unless its registry becomes another. */
function isRegistryChanged({ reported }: Template, own: JsonObject): boolean {
  const registry = registryOf(own);
  return registry !== undefined && !isEqual(registryOf(reported), registry);
}
