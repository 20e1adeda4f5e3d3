/** The incidents whose messages are kept as golden files: one for each thing that a message can have to say. */
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, fires, incidentAfter, NO_ANNOTATION, NO_SUPPORTED, resolves } from '../../helpers/incidents.ts';
import { operator, operatorPod, unreadOperator } from '../../helpers/operator.ts';
import { REMEDY_SCENARIOS } from './remedy-scenarios.ts';
import { AMD, armNodes, CONTROL, cluster, fired, HEARD, IMAGES, type Scenario, SERVES_V1BETA1 } from './scenario-cluster.ts';

export { type Scenario, SERVES_V1 } from './scenario-cluster.ts';

const MIXED = cluster();
const IMPORTING = cluster({ hyperConverged: hyperConverged({ goldenImages: IMAGES, gate: true }) });
const UNREACHABLE: FailedRead = {
  resource: 'nodes',
  reason: 'unreachable',
  detail: 'fetch failed: connect ECONNREFUSED 10.0.0.1:6443',
};
const DOWN = snapshot({ nodes: UNREACHABLE, hyperConverged: UNREACHABLE });

const LATER = '2026-11-22T10:20:00Z';
const LATEST = '2026-11-22T10:40:00Z';
const CONFIRMED = { snapshot: MIXED, at: HEARD, claims: [fires(HEARD)] };
const OVER = { snapshot: IMPORTING, at: LATER, claims: [resolves(LATER)] };

const POD = 'hyperconverged-cluster-operator-7d9b6c5f8-q4zxk';

const RUNNING: Snapshot = { ...MIXED, operator: operator(operatorPod(POD, { startedAt: '2026-10-01T00:00:00Z' })) };

/** Alertmanager says resolved, and the mismatch is still there. */
function contradicting(state: Snapshot['operator']) {
  return { snapshot: { ...MIXED, operator: state }, at: LATER, claims: [resolves(LATER)] };
}

const AMD_ONLY = nodePlacement({ 'kubernetes.io/arch': 'amd64' });
const NARROWED = { hyperConverged: hyperConverged({ goldenImages: IMAGES, placement: AMD_ONLY }) };
const SET_BY = {
  metadata: {
    managedFields: [
      {
        apiVersion: 'hco.kubevirt.io/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:workloadSources': { '.': {}, 'f:enableMultiArchBootImageImport': {} } } },
        manager: 'kubectl-edit',
        operation: 'Update',
        time: '2026-11-22T10:18:30Z',
      },
    ],
  },
};

function withGoldenImages(goldenImages: Readonly<Record<string, string | undefined>>, gate = false): Snapshot {
  return cluster({ hyperConverged: hyperConverged({ goldenImages, gate }) });
}

function thousandsOfNodes(): Snapshot {
  const nodes = Array.from({ length: 5_000 }, (_, index) => {
    const [name, architecture] = index % 2 === 0 ? ['amd', 'amd64'] : ['arm', 'arm64'];
    return node(`${name}-${String(index).padStart(4, '0')}`, architecture);
  });
  return cluster({ nodes });
}

export const SCENARIOS: readonly Scenario[] = [
  { name: 'confirmed', incident: fired(MIXED) },
  {
    name: 'confirmed-no-vm-can-run-on-arm',
    incident: fired(
      cluster({
        nodes: [...CONTROL, ...AMD, ...armNodes({ taints: [{ key: 'dedicated', value: 'arm', effect: 'NoSchedule' }] })],
      }),
    ),
  },
  { name: 'confirmed-image-without-annotation', incident: fired(withGoldenImages({ ...IMAGES, 'our-own-image-cron': undefined })) },
  { name: 'early-warning', incident: incidentAfter([{ snapshot: MIXED, at: HEARD }]) },
  {
    name: 'contradicted',
    incident: incidentAfter([CONFIRMED, contradicting(operator(operatorPod(POD, { startedAt: '2026-11-22T10:19:20Z' })))]),
  },
  {
    name: 'contradicted-operator-away',
    incident: incidentAfter([
      CONFIRMED,
      contradicting(operator(operatorPod(POD, { ready: false, state: { waiting: { reason: 'CrashLoopBackOff' } }, restarts: 7 }))),
    ]),
  },
  { name: 'contradicted-operator-not-known', incident: incidentAfter([CONFIRMED, contradicting(unreadOperator('forbidden'))]) },
  {
    name: 'contradicted-silenced',
    incident: incidentAfter([CONFIRMED, { snapshot: RUNNING, at: LATER, claims: [delivers(LATER, [])] }]),
  },
  { name: 'unverifiable', incident: fired(DOWN) },
  {
    name: 'unverifiable-silenced',
    incident: incidentAfter([
      { snapshot: DOWN, at: HEARD, claims: [fires(HEARD)] },
      { snapshot: DOWN, at: LATER, claims: [delivers(LATER, [])] },
    ]),
  },
  { name: 'verified-then-not-checkable', incident: incidentAfter([CONFIRMED, { snapshot: DOWN, at: LATER, claims: [fires(LATER)] }]) },
  { name: 'stale', incident: fired(IMPORTING) },
  {
    name: 'stale-after-restart',
    incident: fired(cluster({ ...NARROWED, operator: operator(operatorPod(POD, { startedAt: '2026-11-22T09:59:20Z' })) })),
  },
  { name: 'resolved', incident: incidentAfter([CONFIRMED, OVER]) },
  {
    name: 'resolved-by-a-person',
    incident: incidentAfter([
      CONFIRMED,
      { ...OVER, snapshot: cluster({ hyperConverged: hyperConverged({ goldenImages: IMAGES, gate: true, patch: SET_BY }) }) },
    ]),
  },
  { name: 'resolved-then-not-checkable', incident: incidentAfter([CONFIRMED, OVER, { snapshot: DOWN, at: LATEST }]) },
  {
    name: 'back-again',
    incident: incidentAfter([
      CONFIRMED,
      OVER,
      { snapshot: MIXED, at: LATEST, claims: [delivers(LATEST, [{ status: 'firing', startsAt: LATEST }])] },
    ]),
  },
  {
    name: 'v1beta1',
    incident: fired(
      cluster({ hyperConverged: hyperConverged({ version: 'v1beta1', goldenImages: IMAGES, operator: '1.17.0' }), served: SERVES_V1BETA1 }),
    ),
  },
  {
    name: 'no-supported-architecture',
    incident: fired(withGoldenImages({ ...IMAGES, 'mainframe-image-cron': 's390x' }, true), { alert: NO_SUPPORTED }),
  },
  {
    name: 'no-architecture-annotation',
    incident: fired(withGoldenImages({ ...IMAGES, 'our-own-image-cron': undefined, 'theirs-image-cron': undefined }, true), {
      alert: NO_ANNOTATION,
    }),
  },
  { name: 'five-thousand-nodes', incident: fired(thousandsOfNodes()) },
  ...REMEDY_SCENARIOS,
];
