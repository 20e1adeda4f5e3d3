/** Where the images of the CR's own templates lie: nobody else's registry is ever asked. */
import type { HyperConvergedVersion } from './api-version.ts';
import type { HyperConverged } from './hyperconverged.ts';
import type { ImageSource } from './image.ts';
import { listAt, stringAt } from './json.ts';
import { imageSource, readTemplates } from './templates.ts';

const NAMESPACE_PATH: Readonly<Record<HyperConvergedVersion, readonly string[]>> = {
  v1: ['spec', 'workloadSources', 'commonBootImageNamespace'],
  v1beta1: ['spec', 'commonBootImageNamespace'],
};
const INSECURE_PATH: Readonly<Record<HyperConvergedVersion, readonly string[]>> = {
  v1: ['spec', 'storage', 'storageImport', 'insecureRegistries'],
  v1beta1: ['spec', 'storageImport', 'insecureRegistries'],
};

/** Where HCO puts images without a namespace, by the namespace that it runs in itself: OpenShift Virtualization's is another. */
const DOWNSTREAM = { operator: 'openshift-cnv', images: 'openshift-virtualization-os-images' };
const UPSTREAM_IMAGES = 'kubevirt-os-images';

/** By the template's name; what is neither in a registry nor in an image stream is not there. */
export function templateImages(hyperConverged: HyperConverged): ReadonlyMap<string, ImageSource> {
  const namespace = imagesNamespace(hyperConverged);
  const sources = readTemplates(hyperConverged).flatMap((template) => {
    const source = template.own && imageSource(template, namespace);
    return source ? [[template.name, source] as const] : [];
  });
  return new Map(sources);
}

/** Hosts, or host:port, that the CR lets be asked without TLS or its verification. */
export function insecureRegistries({ object, version }: HyperConverged): readonly string[] {
  return (listAt(object, ...INSECURE_PATH[version]) ?? []).filter((host) => typeof host === 'string');
}

function imagesNamespace({ object, version, namespace }: HyperConverged): string {
  const own = stringAt(object, ...NAMESPACE_PATH[version]);
  return own || (namespace === DOWNSTREAM.operator ? DOWNSTREAM.images : UPSTREAM_IMAGES);
}
