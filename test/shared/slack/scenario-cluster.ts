/** The cluster that most golden messages are about: three control-plane nodes, three amd64 workers, two arm64 ones that joined last. */
import type { ServedVersions, Snapshot } from '../../../shared/golden-images/snapshot.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { hyperConverged, node, type SnapshotOptions, snapshot } from '../../helpers/cluster-objects.ts';
import { fires, incidentAfter } from '../../helpers/incidents.ts';

export interface Scenario {
  readonly name: string;
  readonly incident: Incident;
}

/** What an API server says of HCO 1.19, and of HCO 1.17, which knows no v1. */
export const SERVES_V1: ServedVersions = { versions: ['v1', 'v1beta1'], preferred: 'v1', v1HasImportField: { ok: true, value: true } };
export const SERVES_V1BETA1: ServedVersions = {
  versions: ['v1beta1'],
  preferred: 'v1beta1',
  v1HasImportField: { ok: true, value: false },
};

export const IMAGES = {
  'centos-stream10-image-cron': 'amd64,arm64',
  'fedora-image-cron': 'amd64,arm64,s390x',
  'rhel9-image-cron': 'amd64,arm64',
};
const CONTROL_PLANE_TAINT = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' };
export const CONTROL = [1, 2, 3].map((number) =>
  node(`control-${number}`, 'amd64', { roles: ['control-plane'], taints: [CONTROL_PLANE_TAINT] }),
);
export const AMD = [1, 2, 3].map((number) => node(`worker-amd-${number}`, 'amd64'));
const ARM = armNodes();

export function armNodes(options: Parameters<typeof node>[2] = {}) {
  return [1, 2].map((number) => node(`worker-arm-${number}`, 'arm64', { createdAt: '2026-11-22T09:58:00Z', ...options }));
}

export function cluster(options: Partial<SnapshotOptions> = {}): Snapshot {
  return snapshot({
    nodes: [...CONTROL, ...AMD, ...ARM],
    hyperConverged: hyperConverged({ goldenImages: IMAGES }),
    served: SERVES_V1,
    ...options,
  });
}

export const HEARD = '2026-11-22T10:00:05Z';

/** An incident after one look that an alert woke. */
export function fired(found: Snapshot, options: Parameters<typeof incidentAfter>[1] = {}): Incident {
  return incidentAfter([{ snapshot: found, at: HEARD, claims: [fires(HEARD)] }], options);
}
