/** What HCO's admission webhooks do with a change here: fill templates in, refuse what the played operator cannot decide. */
import { BIND_IMMEDIATE, commonTemplates, importDefaults } from './common-templates.ts';
import { ENABLED, isImported, nameOf } from './golden-images.ts';
import { at, type JsonObject, objectAt, objectsAt, textAt, withAt } from './json.ts';
import { faultOf } from './node-affinity.ts';
import type { ApiVersion, Release } from './releases.ts';

const TEMPLATES: Readonly<Record<ApiVersion, readonly string[]>> = {
  v1: ['workloadSources', 'dataImportCronTemplates'],
  v1beta1: ['dataImportCronTemplates'],
};
const PLACEMENT: Readonly<Record<ApiVersion, readonly string[]>> = {
  v1: ['deployment', 'nodePlacements', 'workload'],
  v1beta1: ['workloads', 'nodePlacement'],
};

/** Every release brings the same ones. */
const COMMON = commonTemplates('1.19').map(nameOf);

/** The spec as it is stored: the CR's templates have what HCO adds to them. */
export function admit(spec: JsonObject, version: ApiVersion, release: Release): JsonObject {
  if (at(spec, ...TEMPLATES[version]) === undefined) return spec;
  const templates = objectsAt(spec, ...TEMPLATES[version]).map((template) => {
    const annotated = withAt(template, ['metadata', 'annotations', BIND_IMMEDIATE], 'true');
    return 'spec' in template ? { ...annotated, spec: { ...importDefaults(release), ...objectAt(template, 'spec') } } : annotated;
  });
  return withAt(spec, TEMPLATES[version], templates);
}

/** Why the spec is refused, if it is. */
export function reasonToDeny(spec: JsonObject, version: ApiVersion): string | undefined {
  return placementFault(spec, version) ?? templatesFault(objectsAt(spec, ...TEMPLATES[version]));
}

function placementFault(spec: JsonObject, version: ApiVersion): string | undefined {
  const required = objectAt(spec, ...PLACEMENT[version], 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  for (const [term, { matchExpressions = [] }] of objectsAt(required, 'nodeSelectorTerms').entries()) {
    for (const [index, expression] of objectsAt(matchExpressions).entries()) {
      const fault = faultOf(expression);
      if (fault !== undefined) {
        return `invalid workloads node placement affinity: nodeSelectorTerms[${term}].matchExpressions[${index}].${fault}`;
      }
    }
  }
  return undefined;
}

function templatesFault(templates: readonly JsonObject[]): string | undefined {
  const names = templates.map(nameOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return `the DataImportCronTemplate ${twice} is there twice`;
  return templates.map(templateFault).find((fault) => fault !== undefined);
}

function templateFault(template: JsonObject): string | undefined {
  const enabled = textAt(template, 'metadata', 'annotations', ENABLED) ?? 'true';
  const name = nameOf(template);
  if (!['true', 'false'].includes(enabled.toLowerCase())) {
    return `the annotation ${ENABLED} of the DataImportCronTemplate ${name} is neither "true" nor "false"`;
  }
  if (!isImported(template)) return undefined;
  if (!('spec' in template)) return `the DataImportCronTemplate ${name} is enabled and has no spec`;
  // The real webhook lets this pass, and the operator panics on it.
  const hasSource = at(template, 'spec', 'template', 'spec', 'source') !== undefined;
  return hasSource || !COMMON.includes(name) ? undefined : `the embedded cluster does not play the common image ${name} without a source`;
}
