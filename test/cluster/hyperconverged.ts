/** A HyperConverged with golden images, on a real API server. */
import type { ApiServer } from './servers/api-server.ts';
import { createHyperConverged } from './servers/objects.ts';

export const NAME = 'kubevirt-hyperconverged';

export interface NewHyperConverged {
  readonly version: 'v1' | 'v1beta1';
  readonly namespace?: string;
  readonly spec?: object;
}

/** Both say that they support every architecture of these tests. */
export const GOLDEN_IMAGES = ['centos-stream10-image-cron', 'fedora-image-cron'];

/** Creates it with the status that its operator would give it. */
export async function addHyperConverged(server: ApiServer, { version, namespace = NAME, spec = {} }: NewHyperConverged): Promise<void> {
  const object = { apiVersion: `hco.kubevirt.io/${version}`, kind: 'HyperConverged', metadata: { name: NAME, namespace }, spec };
  await createHyperConverged(server, object, { dataImportCronTemplates: GOLDEN_IMAGES.map(goldenImage) });
}

function goldenImage(name: string): object {
  const annotations = { 'ssp.kubevirt.io/dict.architectures': 'amd64,arm64,s390x' };
  return { metadata: { name, annotations }, status: { commonTemplate: true } };
}

/** Where the API server keeps it. */
export function pathOf({ version, namespace = NAME }: NewHyperConverged): string {
  return `/apis/hco.kubevirt.io/${version}/namespaces/${namespace}/hyperconvergeds/${NAME}`;
}
