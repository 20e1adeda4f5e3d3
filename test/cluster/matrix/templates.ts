/** Templates of a CR's own in each state, among those of others, and what is known of their images. */
import type { JsonObject } from '../../../local/embedded-cluster/json.ts';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import { DISABLED, known, template, UNANNOTATED, UNSUPPORTED } from '../../helpers/reconciled.ts';

const ENABLED_ANNOTATION = 'dataimportcrontemplate.kubevirt.io/enable';
const FEDORA = 'fedora-image-cron';
const FEDORA_URL = 'docker://quay.io/containerdisks/fedora:latest';

export interface TemplateRow {
  readonly state: string;
  readonly templates: readonly JsonObject[];
  /** By the template's name; nobody could ask about the others. */
  readonly images?: Readonly<Record<string, ImageReading>>;
  /** While the import is on: the remedies that work, in any order; no alert where its condition is absent. */
  readonly offers: Offers;
  /** While the import is off: alerts that it starts although it mends what it can; none unless given. */
  readonly traded?: readonly AlertName[];
  /** As `traded`, foretold, and not to come. */
  readonly feared?: readonly AlertName[];
}

export type Offers = Partial<Readonly<Record<AlertName, readonly string[]>>>;

/** While the import is off, whatever the templates. */
export const OFF: Offers = {
  [DISABLED]: ['enable-multi-arch-import', 'restrict-workload-placement-amd64', 'restrict-workload-placement-arm64'],
};

const [CORRECT, ANNOTATE, DISABLE] = ['correct-architecture-annotations', 'annotate-golden-images', 'disable-golden-images'];
const unannotated = (...ids: readonly string[]): Offers => ({ [UNANNOTATED]: ids });
const unsupported = (...ids: readonly string[]): Offers => ({ [UNSUPPORTED]: ids });

export const templateRows: readonly TemplateRow[] = [
  { state: 'good', templates: [mine('amd64,arm64')], offers: {} },
  { state: 'without annotation', templates: [mine()], images: { mine: known('amd64', 'arm64') }, offers: unannotated(ANNOTATE, DISABLE) },
  { state: 'without annotation, and nobody knows the image', templates: [mine()], traded: [UNANNOTATED], offers: unannotated(DISABLE) },
  {
    state: 'without any annotations, another with others',
    templates: [mine(undefined, { owner: 'them' }), template('yours')],
    images: { mine: known('arm64'), yours: known('amd64', 's390x') },
    offers: unannotated(ANNOTATE, DISABLE),
  },
  {
    state: 'without annotation, one of an image for none of the nodes',
    templates: [mine(), template('yours')],
    images: { mine: known('amd64'), yours: known('s390x') },
    traded: [UNSUPPORTED],
    offers: unannotated(ANNOTATE, DISABLE),
  },
  { state: 'with an empty annotation', templates: [mine('')], images: { mine: known('amd64') }, offers: unannotated(ANNOTATE, DISABLE) },
  { state: 'with spaces', templates: [mine(' amd64 , arm64 ')], offers: unsupported(CORRECT, DISABLE) },
  { state: 'x86_64 and aarch64', templates: [mine('x86_64,aarch64')], offers: unsupported(CORRECT, DISABLE) },
  { state: 'in upper case', templates: [mine('AMD64')], images: { mine: known('amd64') }, offers: unsupported(CORRECT, DISABLE) },
  { state: 'half malformed', templates: [mine('amd64, arm64')], offers: {} },
  {
    state: 'with signs that a shell would read',
    templates: [mine(`$(id) it's "x86_64" \\n ☃`)],
    images: { mine: known('amd64') },
    offers: unsupported(CORRECT, DISABLE),
  },
  {
    state: 'for none of the nodes, and the image has more',
    templates: [mine('s390x')],
    images: { mine: known('amd64', 's390x') },
    offers: unsupported(ANNOTATE, DISABLE),
  },
  {
    state: 'for none of the nodes',
    templates: [mine('s390x')],
    images: { mine: known('s390x') },
    traded: [UNSUPPORTED],
    offers: unsupported(DISABLE),
  },
  {
    state: 'for none of the nodes, and nobody knows the image',
    templates: [mine('s390x')],
    traded: [UNSUPPORTED],
    offers: unsupported(DISABLE),
  },
  {
    state: 'without annotation, and another malformed',
    templates: [mine(), template('yours', { architectures: 'X86_64' })],
    images: { mine: known('amd64'), yours: known('amd64') },
    offers: { ...unannotated(ANNOTATE, DISABLE), ...unsupported(CORRECT, DISABLE) },
  },
  {
    state: 'disabled',
    templates: [mine('x86_64', { [ENABLED_ANNOTATION]: 'False' }), template('yours', { annotations: { [ENABLED_ANNOTATION]: 'no' } })],
    offers: {},
  },
  {
    state: 'a common one disabled',
    templates: [{ metadata: { name: 'centos-stream9-image-cron', annotations: { [ENABLED_ANNOTATION]: 'false' } } }],
    offers: {},
  },
  {
    state: 'a common one from the same registry',
    templates: [template(FEDORA, { url: FEDORA_URL, architectures: 's390x' })],
    offers: {},
    feared: [UNSUPPORTED], // nobody can see which registry it came with
  },
  {
    state: 'a common one from another registry, without annotation',
    templates: [template(FEDORA)],
    images: { [FEDORA]: known('arm64') },
    offers: unannotated(ANNOTATE, DISABLE),
  },
  {
    state: 'a common one from another registry, malformed',
    templates: [template(FEDORA, { architectures: 'amd64 ' })],
    offers: unsupported(CORRECT, DISABLE),
  },
  {
    state: 'a common one pulled by the node, for none of the nodes',
    templates: [template(FEDORA, { url: FEDORA_URL, registry: { pullMethod: 'node' }, architectures: 's390x' })],
    images: { [FEDORA]: known('amd64', 'arm64', 's390x') },
    offers: unsupported(ANNOTATE, DISABLE),
  },
];

function mine(architectures?: string, annotations?: JsonObject): JsonObject {
  return template('mine', { architectures, annotations });
}

/** Entries of others, before and behind: each sign of them stays. */
export function amongOthers(templates: readonly JsonObject[]): readonly JsonObject[] {
  const annotations = { note: `it's “theirs”: $HOME \`x\` \\n "q" ☃`, 'a/b~c': '' };
  const [first, last] = ['a-theirs', 'z-theirs'].map((name) =>
    template(name, { architectures: 'amd64,arm64', annotations, size: '1.50Gi' }),
  );
  return [first, ...templates, last].filter((entry) => entry !== undefined);
}
