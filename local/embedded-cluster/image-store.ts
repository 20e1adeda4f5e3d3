/** The golden images of the cluster over time: of each DataSource the newest import, which is the only one that is kept. */
import { randomUUID } from 'node:crypto';
import { digestOf, type Import, type WantedSource } from './imported-images.ts';
import type { JsonObject } from './json.ts';
import { timestamp } from './node.ts';
import type { Revisions } from './revisions.ts';

export interface ClaimName {
  readonly namespace: string;
  readonly name: string;
}

export interface ImageStore {
  /** SSP and CDI follow HCO: they import what is not there yet. What is no longer wanted stays imported, and its DataSource goes. */
  follow(wanted: readonly WantedSource[], now: Date): void;
  /** The image of a DataSource has become newer, and is imported. Throws where no such DataSource is imported. */
  refresh(name: string, now: Date): void;
  /** The claim that a DataSource stands for; undefined where there is no such DataSource. */
  claimOf(name: string): { readonly claim: ClaimName; readonly size: string } | undefined;
  dataSources(): readonly JsonObject[];
  dataVolumes(): readonly JsonObject[];
}

interface Version extends ClaimName {
  readonly nth: number;
  readonly of: Import;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly importedAt: string;
}

interface Followed {
  readonly wanted: WantedSource;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: string;
}

export function createImageStore(revisions: Revisions): ImageStore {
  let followed = new Map<string, Followed>();
  const versions = new Map<string, Version>();

  const importNow = ({ namespace, name, import: of }: Extract<WantedSource, { kind: 'import' }>, nth: number, now: Date) => {
    const claim = { namespace, name: `${name}-${digestOf(of.url, nth)}` };
    versions.set(name, { ...claim, nth, of, uid: randomUUID(), resourceVersion: revisions.next(), importedAt: timestamp(now) });
  };
  const follow = (wanted: WantedSource, now: Date): Followed => {
    const before = followed.get(wanted.name);
    if (wanted.kind === 'import' && versions.get(wanted.name)?.of.url !== wanted.import.url) importNow(wanted, 1, now);
    if (before && JSON.stringify(before.wanted) === JSON.stringify(wanted)) return before;
    const { uid, createdAt } = before ?? { uid: randomUUID(), createdAt: timestamp(now) };
    return { wanted, uid, createdAt, resourceVersion: revisions.next() };
  };
  const versionOf = (name: string): Version | undefined => {
    const wanted = followed.get(name)?.wanted;
    if (wanted === undefined) return undefined;
    return versions.get(wanted.kind === 'pointer' ? wanted.to : name);
  };
  return {
    follow: (wanted, now) => {
      followed = new Map(wanted.map((each) => [each.name, follow(each, now)]));
    },
    refresh: (name, now) => {
      const wanted = followed.get(name)?.wanted;
      const version = versions.get(name);
      if (wanted?.kind !== 'import' || version === undefined) throw new Error(`no image is imported for a DataSource ${name}`);
      importNow(wanted, version.nth + 1, now);
    },
    claimOf: (name) => {
      const version = versionOf(name);
      return version && { claim: { namespace: version.namespace, name: version.name }, size: version.of.size };
    },
    dataSources: () => [...followed.values()].map((each) => dataSourceObject(each, versions.get(each.wanted.name))),
    dataVolumes: () => [...versions.values()].map(dataVolumeObject),
  };
}

function dataSourceObject({ wanted, uid, resourceVersion, createdAt }: Followed, version: Version | undefined): JsonObject {
  const { namespace, name } = wanted;
  const source: JsonObject =
    wanted.kind === 'pointer'
      ? { dataSource: { namespace, name: wanted.to } }
      : version
        ? { pvc: { namespace: version.namespace, name: version.name } }
        : {};
  return {
    metadata: {
      creationTimestamp: createdAt,
      generation: 1,
      labels: wanted.kind === 'pointer' ? SSP_LABELS : { ...SSP_LABELS, ...importLabels(wanted.import) },
      name,
      namespace,
      resourceVersion,
      uid,
    },
    spec: { source },
    status: {
      conditions: [{ status: 'True', type: 'Ready', reason: 'Ready', message: 'DataSource is ready to be consumed' }],
      source,
    },
  };
}

const SSP_LABELS = {
  'app.kubernetes.io/component': 'storage',
  'app.kubernetes.io/managed-by': 'ssp-operator',
  'app.kubernetes.io/part-of': 'hyperconverged-cluster',
};

function importLabels({ cron, architecture }: Import): JsonObject {
  return {
    'cdi.kubevirt.io/dataImportCron': cron,
    'cdi.kubevirt.io/dataImportCron.cleanup': 'true',
    ...(architecture === undefined ? {} : { 'template.kubevirt.io/architecture': architecture }),
  };
}

function dataVolumeObject({ namespace, name, of, uid, resourceVersion, importedAt }: Version): JsonObject {
  return {
    metadata: {
      annotations: { 'cdi.kubevirt.io/storage.bind.immediate.requested': 'true', 'cdi.kubevirt.io/storage.import.sourceName': of.cron },
      creationTimestamp: importedAt,
      generation: 1,
      labels: importLabels(of),
      name,
      namespace,
      resourceVersion,
      uid,
    },
    spec: {
      source: { registry: { url: of.url, ...(of.architecture === undefined ? {} : { platform: { architecture: of.architecture } }) } },
      storage: { resources: { requests: { storage: of.size } } },
    },
    status: { claimName: name, phase: 'Succeeded', progress: '100.0%' },
  };
}
