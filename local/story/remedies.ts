/** What the person in the story does to the HyperConverged, over real HTTP and in the API version that has the fields. */
import { ARCHITECTURES } from '../embedded-cluster/common-templates.ts';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { ENABLED } from '../embedded-cluster/golden-images.ts';
import { HYPERCONVERGED } from '../embedded-cluster/hyperconverged-store.ts';
import { at, type Json, type JsonObject, objectAt, objectsAt, textAt, withAt } from '../embedded-cluster/json.ts';
import { isImportEnabled } from '../embedded-cluster/operator.ts';
import { type ApiVersion, GATE, RELEASES } from '../embedded-cluster/releases.ts';

export type Remedy =
  | 'enable-import'
  | 'restrict-placement'
  | 'undo'
  | 'add-golden-image'
  /** With an architecture that no worker has. */
  | 'annotate-image'
  | 'disable-image'
  /** Without golden images of its own, and with the import off. */
  | 'remove-image';

export interface RemedyOptions {
  /** The embedded API server, prefix included. */
  readonly kubernetesUrl: string;
  readonly cluster: EmbeddedCluster;
}

const ANSWER_WITHIN_MS = 5_000;

/** Rejects with the server's own words where it refuses. */
export function applyRemedy(remedy: Remedy, options: RemedyOptions): Promise<void> {
  const version = storedVersion(options.cluster);
  const spec = SPECS[version][remedy](options.cluster.hyperConverged(version));
  return changeHyperConverged({ spec }, 'kubectl-patch', options);
}

/** A merge patch of a field manager. Rejects with the server's own words where it refuses. */
export async function changeHyperConverged(patch: JsonObject, manager: string, { kubernetesUrl, cluster }: RemedyOptions): Promise<void> {
  const path = `/apis/hco.kubevirt.io/${storedVersion(cluster)}/namespaces/${HYPERCONVERGED.namespace}/hyperconvergeds/${HYPERCONVERGED.name}`;
  const answer = await fetch(`${kubernetesUrl}${path}?fieldManager=${manager}`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: JSON.stringify(patch),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`the API server refused the change with ${answer.status}: ${messageOf(body)}`);
}

/** The version in which the release stores the CR is the one that has all fields. */
export function storedVersion({ release }: EmbeddedCluster): ApiVersion {
  return RELEASES[release].stored;
}

/** Whether the multi-architecture import is on in the CR. */
export function isImportOn(cluster: EmbeddedCluster): boolean {
  return isImportEnabled(objectAt(cluster.hyperConverged(storedVersion(cluster)), 'spec'), cluster.release);
}

/** The selector of the workload placement. */
export function placementOf(cluster: EmbeddedCluster): Json | undefined {
  const version = storedVersion(cluster);
  const path = version === 'v1' ? ['deployment', 'nodePlacements', 'workload'] : ['workloads', 'nodePlacement'];
  return at(cluster.hyperConverged(version), 'spec', ...path, 'nodeSelector');
}

/** The CR's own golden images. */
export function ownTemplates(hyperConverged: JsonObject): readonly JsonObject[] {
  const { spec = {} } = hyperConverged;
  return [...objectsAt(spec, 'workloadSources', 'dataImportCronTemplates'), ...objectsAt(spec, 'dataImportCronTemplates')];
}

/** The CR's entry of the story's own golden image; undefined where it has none. */
export function customImage(cluster: EmbeddedCluster): JsonObject | undefined {
  return ownTemplates(cluster.hyperConverged(storedVersion(cluster))).find(isCustomImage);
}

function isCustomImage(template: JsonObject): boolean {
  return textAt(template, 'metadata', 'name') === textAt(CUSTOM_IMAGE, 'metadata', 'name');
}

/** Two architectures for the common images, none said for this one. */
export const CUSTOM_IMAGE: JsonObject = {
  metadata: { name: 'custom-rhel-image-cron' },
  spec: {
    managedDataSource: 'custom-rhel',
    schedule: '0 */12 * * *',
    template: {
      spec: {
        source: { registry: { url: 'docker://registry.example.org/golden/rhel:9' } },
        storage: { resources: { requests: { storage: '30Gi' } } },
      },
    },
  },
};

const AMD64_ONLY = { nodeSelector: { 'kubernetes.io/arch': 'amd64' } };
/** A merge patch replaces a list whole, so what is there goes along. */
const withCustomImage = (cr: JsonObject) => ({ dataImportCronTemplates: [...ownTemplates(cr), CUSTOM_IMAGE] });
const withAnnotation = (key: string, value: string) => (cr: JsonObject) => ({
  dataImportCronTemplates: ownTemplates(cr).map((template) =>
    isCustomImage(template) ? withAt(template, ['metadata', 'annotations', key], value) : template,
  ),
});
const forS390x = withAnnotation(ARCHITECTURES, 's390x');
const disabled = withAnnotation(ENABLED, 'false');

const SPECS: Readonly<Record<ApiVersion, Readonly<Record<Remedy, (hyperConverged: JsonObject) => JsonObject>>>> = {
  v1: {
    'enable-import': () => ({ workloadSources: { [GATE]: true } }),
    'restrict-placement': () => ({ deployment: { nodePlacements: { workload: AMD64_ONLY } } }),
    undo: () => ({ workloadSources: { [GATE]: null }, deployment: { nodePlacements: null } }),
    'add-golden-image': (cr) => ({ workloadSources: withCustomImage(cr) }),
    'annotate-image': (cr) => ({ workloadSources: forS390x(cr) }),
    'disable-image': (cr) => ({ workloadSources: disabled(cr) }),
    'remove-image': () => ({ workloadSources: { [GATE]: null, dataImportCronTemplates: null } }),
  },
  v1beta1: {
    'enable-import': () => ({ featureGates: { [GATE]: true } }),
    'restrict-placement': () => ({ workloads: { nodePlacement: AMD64_ONLY } }),
    undo: () => ({ featureGates: { [GATE]: false }, workloads: null }),
    'add-golden-image': withCustomImage,
    'annotate-image': forS390x,
    'disable-image': disabled,
    'remove-image': () => ({ featureGates: { [GATE]: false }, dataImportCronTemplates: null }),
  },
};

function messageOf(body: string): string {
  try {
    return textAt(JSON.parse(body), 'message') ?? body;
  } catch {
    return body;
  }
}
