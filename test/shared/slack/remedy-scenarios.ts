/** Golden messages about who is at risk, who owns the CR, and what the server says of the remedies. */
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import { applyMergePatch, isObject, type JsonObject } from '../../../shared/golden-images/json.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import type { ServedVersions, Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { judge } from '../../../shared/judge.ts';
import { tryRemedies } from '../../../shared/try-remedies.ts';
import { type HyperConvergedOptions, hyperConverged } from '../../helpers/cluster-objects.ts';
import { fires, incidentAfter, NO_ANNOTATION, NO_SUPPORTED } from '../../helpers/incidents.ts';
import {
  dataSource,
  dataVolume,
  IMAGES as IMAGE_NAMESPACE,
  instance,
  kubeVirtReads,
  virtualMachine,
} from '../../helpers/kubevirt-objects.ts';
import { cluster, fired, HEARD, IMAGES, type Scenario, SERVES_V1 } from './scenario-cluster.ts';

const RECENT = '2026-11-22T09:59:00Z';
const DATA_SOURCES = [dataSource(`${IMAGE_NAMESPACE}/fedora`, { source: ['pvc', `${IMAGE_NAMESPACE}/fedora-1`] })];

/** Some proven fine by their guests, one whose guest is of another architecture than it asks for, and one of which nothing is known. */
const MACHINES = kubeVirtReads({
  virtualMachines: [
    virtualMachine('shop/web-1'),
    virtualMachine('shop/web-2'),
    virtualMachine('shop/db-1', { architecture: 'arm64', createdAt: RECENT }),
    virtualMachine('lab/new-1', { createdAt: RECENT, source: ['pvc', `${IMAGE_NAMESPACE}/fedora-2`] }),
  ],
  instances: [
    instance('shop/web-1', { nodeName: 'worker-amd-1', machine: 'x86_64' }),
    instance('shop/db-1', { nodeName: 'worker-amd-2', machine: 'x86_64' }),
  ],
  dataSources: DATA_SOURCES,
  dataVolumes: [
    ...['shop/web-1', 'shop/web-2'].map((id) => dataVolume(id, { source: ['pvc', `${IMAGE_NAMESPACE}/fedora-1`] })),
    dataVolume('shop/db-1', { source: ['pvc', `${IMAGE_NAMESPACE}/fedora-1`], createdAt: RECENT }),
    dataVolume('lab/new-1', { source: ['pvc', `${IMAGE_NAMESPACE}/fedora-2`], createdAt: RECENT }),
    dataVolume(`${IMAGE_NAMESPACE}/fedora-1`, { cron: 'fedora-image-cron' }),
    dataVolume(`${IMAGE_NAMESPACE}/fedora-2`, { cron: 'fedora-image-cron', createdAt: RECENT }),
  ],
});

function forbidden(resource: string): FailedRead {
  return { resource, reason: 'forbidden', detail: `the service account may not list ${resource}` };
}

const MAY_NOT_LIST = kubeVirtReads({
  virtualMachines: forbidden('virtualmachines.kubevirt.io'),
  instances: forbidden('virtualmachineinstances.kubevirt.io'),
  dataSources: DATA_SOURCES,
});

/** Nobody is hurt by a narrower placement. */
const ONLY_AMD = kubeVirtReads({
  virtualMachines: [virtualMachine('shop/web-1')],
  instances: [instance('shop/web-1', { nodeName: 'worker-amd-1', machine: 'x86_64' })],
  dataSources: DATA_SOURCES,
});

function serves(spec: JsonObject): ServedVersions {
  const schema: JsonObject = { type: 'object', properties: { spec: { type: 'object', properties: spec } } };
  return { ...SERVES_V1, schema: { version: 'v1', read: { ok: true, value: schema } } };
}

const TAKES_ALL = serves({
  workloadSources: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  deployment: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
});
const TAKES_NO_IMPORT = serves({ deployment: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } });

function withCr(options: HyperConvergedOptions, more: Partial<Snapshot> = {}): Snapshot {
  return {
    ...cluster({ hyperConverged: hyperConverged({ goldenImages: IMAGES, ...options }), served: TAKES_ALL }),
    kubeVirt: ONLY_AMD,
    ...more,
  };
}

const OF_ARGO_CD = {
  metadata: {
    annotations: {
      'argocd.argoproj.io/tracking-id': 'virt_hco:hco.kubevirt.io/HyperConverged:kubevirt-hyperconverged/kubevirt-hyperconverged',
    },
    managedFields: [
      {
        apiVersion: 'hco.kubevirt.io/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } },
        manager: 'argocd-controller',
        operation: 'Apply',
        time: '2026-11-20T08:00:00Z',
      },
    ],
  },
};

/** Templates of the CR's own, as its spec and its status have them. */
function ownTemplates(names: readonly string[]): JsonObject {
  const entries = names.map((name) => ({
    metadata: { name },
    spec: {
      managedDataSource: name.replace('-image-cron', ''),
      template: { spec: { source: { registry: { url: `docker://registry.example.org/${name}` } } } },
    },
  }));
  return { metadata: { generation: 3 }, spec: { workloadSources: { dataImportCronTemplates: entries } } };
}

const OWN = ['our-own-image-cron', 'theirs-image-cron'];

function unannotated(images: Readonly<Record<string, ImageReading>>): Snapshot {
  const goldenImages = { ...IMAGES, ...Object.fromEntries(OWN.map((name) => [name, undefined])) };
  return withCr({ goldenImages, gate: true, patch: ownTemplates(OWN) }, { images: new Map(Object.entries(images)) });
}

const UNKNOWN: ImageReading = { kind: 'unknown', why: 'registry.example.org did not answer within 3 s' };
const FOR_BOTH: ImageReading = { kind: 'known', architectures: ['amd64', 'arm64'] };

/** A webhook of the server's adds a field of its own. */
async function afterDryRun(warnings: readonly string[]) {
  const found = withCr({ gate: false });
  const stored = (patch: JsonObject) => {
    const asked = hyperConverged({ goldenImages: IMAGES, gate: false, patch });
    const added = applyMergePatch(asked, { spec: { workloadSources: { commonBootImageNamespace: 'kubevirt-os-images' } } });
    return isObject(added) ? added : asked;
  };
  const judged = await tryRemedies(
    judge(found, 'kubectl'),
    async ({ body }) => ({ accepted: true, stored: stored(isObject(body) ? body : {}), warnings }),
    new AbortController().signal,
  );
  return incidentAfter([{ snapshot: found, at: HEARD, claims: [fires(HEARD)], judged }]);
}

export const REMEDY_SCENARIOS: readonly Scenario[] = [
  { name: 'at-risk', incident: fired(withCr({}, { kubeVirt: MACHINES })) },
  { name: 'at-risk-forbidden', incident: fired(withCr({}, { kubeVirt: MAY_NOT_LIST })) },
  { name: 'no-machine-is-hurt', incident: fired(withCr({})) },
  { name: 'owned-by-argo-cd', incident: fired(withCr({ gate: false, patch: OF_ARGO_CD })) },
  { name: 'refused-by-schema', incident: fired({ ...withCr({}), served: TAKES_NO_IMPORT }) },
  {
    name: 'accepted-by-dry-run',
    incident: await afterDryRun(['spec.workloadSources.commonBootImageNamespace is set by the webhook']),
  },
  {
    name: 'no-architecture-annotation-images-read',
    incident: fired(unannotated({ 'our-own-image-cron': FOR_BOTH, 'theirs-image-cron': { kind: 'known', architectures: ['s390x'] } }), {
      alert: NO_ANNOTATION,
    }),
  },
  {
    name: 'no-architecture-annotation-image-unknown',
    incident: fired(unannotated({ 'our-own-image-cron': UNKNOWN, 'theirs-image-cron': FOR_BOTH }), { alert: NO_ANNOTATION }),
  },
  {
    name: 'no-supported-architecture-common',
    incident: fired(withCr({ gate: true, goldenImages: { ...IMAGES, 'mainframe-image-cron': 's390x' } }), { alert: NO_SUPPORTED }),
  },
  { name: 'no-supported-architecture-stale', incident: fired(withCr({ gate: false }), { alert: NO_SUPPORTED }) },
  {
    name: 'no-supported-architecture-image-gone',
    incident: incidentAfter([{ snapshot: withCr({ gate: true }), at: HEARD, claims: [fires(HEARD, { image: 'mainframe-image-cron' })] }], {
      alert: NO_SUPPORTED,
    }),
  },
  {
    name: 'no-supported-architecture-image-mended',
    incident: incidentAfter([{ snapshot: withCr({ gate: true }), at: HEARD, claims: [fires(HEARD, { image: 'fedora-image-cron' })] }], {
      alert: NO_SUPPORTED,
    }),
  },
  {
    name: 'not-applicable',
    incident: fired(
      { ...withCr({ goldenImages: {} }), served: { ...TAKES_ALL, hasSsp: { ok: true, value: false } } },
      { alert: NO_SUPPORTED },
    ),
  },
];
