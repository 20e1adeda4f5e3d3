/** Remedy: put an image of one's own in the place of a common one; whose, only a person can say. */
import { ARCHITECTURES_ANNOTATION } from '../hyperconverged.ts';
import { type JsonObject, objectAt, stringAt } from '../json.ts';
import { registryOf, type Template } from '../templates.ts';
import { listOf } from '../words.ts';
import { putTemplates } from './edit-templates.ts';
import { findingsOf } from './findings.ts';
import { type Draft, draft, type Remedy, type Situation } from './remedy.ts';
import { simulate } from './simulate.ts';

export const overrideCommon: Remedy = {
  alerts: ['HCOGoldenImageWithNoSupportedArchitecture', 'HCOGoldenImageWithNoArchitectureAnnotation'],
  propose: (situation) => {
    const common = findingsOf(situation).filter(({ template }) => template.isCommon && registryOf(template.own) === undefined);
    const entries = common.flatMap(({ template }) => entriesFor(template));
    return entries.length > 0 ? [propose(situation, entries)] : [];
  },
};

/** Neither can be used as it stands: no address that anything could be pulled from, and no architecture. */
const IMAGE = 'docker://REGISTRY/IMAGE:TAG';
const ARCHITECTURES = 'ARCHITECTURES';

function propose(situation: Situation, entries: readonly JsonObject[]): Draft {
  const names = entries.map((entry) => stringAt(entry, 'metadata', 'name') ?? '');
  return draft({
    id: 'override-common-images',
    isPattern: true,
    title: 'Use images of your own under the same names',
    reason: `Only you know the images: put their addresses in the place of ${IMAGE}, and what they really are in the place of ${ARCHITECTURES}, as in amd64,arm64. The change as printed would import nothing.`,
    change: simulate(situation, putTemplates(situation, entries)),
    costs: [`${listOf(names)} then come from your registry, and HCO’s updates of them reach you no more.`],
  });
}

/**
 * HCO takes an entry's whole spec in the place of its own, and its namespace even where it has none (`golden_images.go:212-278`).
 * No entry where there is no spec to begin with.
 */
function entriesFor({ name, reported, own }: Template): readonly JsonObject[] {
  const spec = objectAt(reported, 'spec');
  if (spec === undefined) return [];
  const namespace = stringAt(reported, 'metadata', 'namespace');
  const annotations = { ...objectAt(own, 'metadata', 'annotations'), [ARCHITECTURES_ANNOTATION]: ARCHITECTURES };
  return [{ metadata: { ...objectAt(own, 'metadata'), name, ...(namespace ? { namespace } : {}), annotations }, spec: withOwnImage(spec) }];
}

function withOwnImage(spec: JsonObject): JsonObject {
  const { status: _, ...template } = objectAt(spec, 'template') ?? {};
  const source = { registry: { url: IMAGE } };
  return { ...spec, template: { ...template, spec: { ...objectAt(template, 'spec'), source } } };
}
