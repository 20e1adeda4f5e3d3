/** What the person in the story does to the HyperConverged, over real HTTP and in the API version that has the fields. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { HYPERCONVERGED } from '../embedded-cluster/hyperconverged-store.ts';
import { at, type Json, type JsonObject, objectsAt, textAt } from '../embedded-cluster/json.ts';
import { type ApiVersion, GATE, RELEASES } from '../embedded-cluster/releases.ts';

export type Remedy = 'enable-import' | 'restrict-placement' | 'undo' | 'add-golden-image';

export interface RemedyOptions {
  /** The embedded API server, prefix included. */
  readonly kubernetesUrl: string;
  readonly cluster: EmbeddedCluster;
}

const ANSWER_WITHIN_MS = 5_000;

/** Rejects with the server's own words where it refuses. */
export async function applyRemedy(remedy: Remedy, { kubernetesUrl, cluster }: RemedyOptions): Promise<void> {
  const version = storedVersion(cluster);
  const path = `/apis/hco.kubevirt.io/${version}/namespaces/${HYPERCONVERGED.namespace}/hyperconvergeds/${HYPERCONVERGED.name}`;
  const answer = await fetch(`${kubernetesUrl}${path}?fieldManager=kubectl-patch`, {
    method: 'PATCH',
    headers: { 'Content-Type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: SPECS[version][remedy](cluster.hyperConverged(version)) }),
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  const body = await answer.text();
  if (!answer.ok) throw new Error(`the API server refused the change with ${answer.status}: ${messageOf(body)}`);
}

/** The version in which the release stores the CR is the one that has all fields. */
export function storedVersion({ release }: EmbeddedCluster): ApiVersion {
  return RELEASES[release].stored;
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

const SPECS: Readonly<Record<ApiVersion, Readonly<Record<Remedy, (hyperConverged: JsonObject) => JsonObject>>>> = {
  v1: {
    'enable-import': () => ({ workloadSources: { [GATE]: true } }),
    'restrict-placement': () => ({ deployment: { nodePlacements: { workload: AMD64_ONLY } } }),
    undo: () => ({ workloadSources: { [GATE]: null }, deployment: { nodePlacements: null } }),
    'add-golden-image': (cr) => ({ workloadSources: withCustomImage(cr) }),
  },
  v1beta1: {
    'enable-import': () => ({ featureGates: { [GATE]: true } }),
    'restrict-placement': () => ({ workloads: { nodePlacement: AMD64_ONLY } }),
    undo: () => ({ featureGates: { [GATE]: false }, workloads: null }),
    'add-golden-image': withCustomImage,
  },
};

function messageOf(body: string): string {
  try {
    return textAt(JSON.parse(body), 'message') ?? body;
  } catch {
    return body;
  }
}
