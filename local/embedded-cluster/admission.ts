/** What HCO's admission webhooks do with a change here: fill templates in, refuse what the played operator cannot decide. */
import { BIND_IMMEDIATE, importDefaults } from './common-templates.ts';
import { at, type JsonObject, objectAt, objectsAt, textAt, withAt } from './json.ts';
import type { ApiVersion, Release } from './releases.ts';

const TEMPLATES: Readonly<Record<ApiVersion, readonly string[]>> = {
  v1: ['workloadSources', 'dataImportCronTemplates'],
  v1beta1: ['dataImportCronTemplates'],
};
const PLACEMENT: Readonly<Record<ApiVersion, readonly string[]>> = {
  v1: ['deployment', 'nodePlacements', 'workload'],
  v1beta1: ['workloads', 'nodePlacement'],
};

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
  const affinity = objectAt(spec, ...PLACEMENT[version], 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution');
  const terms = objectsAt(affinity, 'nodeSelectorTerms');
  const operators = terms.flatMap((term) => objectsAt(term, 'matchExpressions').map((expression) => textAt(expression, 'operator')));
  const other = operators.find((operator) => operator !== 'In');
  if (other !== undefined) return `the embedded cluster plays node affinity with the operator In only, not ${other}`;
  if (terms.some((term) => 'matchFields' in term)) return 'the embedded cluster does not play matchFields';
  const templates = objectsAt(spec, ...TEMPLATES[version]).map((template) => textAt(template, 'metadata', 'name'));
  const twice = templates.find((name, index) => templates.indexOf(name) !== index);
  return twice === undefined ? undefined : `the DataImportCronTemplate ${twice} is there twice`;
}
