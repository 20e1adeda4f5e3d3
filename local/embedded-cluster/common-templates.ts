/** The golden images that HyperConverged brings along, as its upstream builds have them. */
import type { JsonObject } from './json.ts';
import type { Release } from './releases.ts';

/** When HCO looks for newer images: twice a day, at a minute that it draws once. */
export const IMPORT_SCHEDULE = '7 1/12 * * *';

/** The annotation that says which architectures an image has. */
export const ARCHITECTURES = 'ssp.kubevirt.io/dict.architectures';

/** The annotation that HCO adds to every template. */
export const BIND_IMMEDIATE = 'cdi.kubevirt.io/storage.bind.immediate.requested';

const COMMON_IMAGES = [
  { name: 'centos-stream10', image: 'centos-stream:10', architectures: 'amd64,arm64,s390x', size: '10Gi' },
  { name: 'centos-stream9', image: 'centos-stream:9', architectures: 'amd64,arm64,s390x', size: '10Gi' },
  { name: 'fedora', image: 'fedora:latest', architectures: 'arm64,s390x,amd64', size: '5Gi' },
];

/** Their templates, as they stand in the operator's image. */
export function commonTemplates(release: Release): readonly JsonObject[] {
  return COMMON_IMAGES.map(({ name, image, architectures, size }) => ({
    metadata: { annotations: { [BIND_IMMEDIATE]: 'true', [ARCHITECTURES]: architectures }, name: `${name}-image-cron` },
    spec: {
      garbageCollect: 'Outdated',
      ...importDefaults(release),
      managedDataSource: name,
      schedule: IMPORT_SCHEDULE,
      template: {
        metadata: {},
        spec: {
          source: { registry: { url: `docker://quay.io/containerdisks/${image}` } },
          storage: { resources: { requests: { storage: size } } },
        },
        status: {},
      },
    },
  }));
}

/** What HCO fills into a template that does not say it, since 1.18. */
export function importDefaults(release: Release): JsonObject {
  return release === '1.17' ? {} : { importsToKeep: 1, retentionPolicy: 'None' };
}
