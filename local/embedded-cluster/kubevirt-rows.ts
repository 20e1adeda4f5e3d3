/** The paths of KubeVirt's and CDI's kinds. */
import type { HttpRequest } from '../../shared/http/route.ts';
import { answer, notFound } from './answers.ts';
import type { ImageStore } from './image-store.ts';
import { type JsonObject, textAt } from './json.ts';
import { listAnswer } from './list-answer.ts';
import { createPages, type Pages } from './pages.ts';
import type { Revisions } from './revisions.ts';
import type { Row } from './row.ts';
import { diskObject, instanceObject, virtualMachineObject } from './virtual-machine.ts';
import type { VirtualMachineStore } from './virtual-machine-store.ts';

export interface KubeVirtParts {
  readonly revisions: Revisions;
  readonly images: Pick<ImageStore, 'dataSources' | 'dataVolumes'>;
  readonly virtualMachines: Pick<VirtualMachineStore, 'all'>;
}

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Of one object. */
  readonly kind: string;
  readonly items: (parts: KubeVirtParts) => readonly JsonObject[];
}

const KINDS: readonly Kind[] = [
  {
    ...{ group: 'kubevirt.io', version: 'v1', plural: 'virtualmachines', kind: 'VirtualMachine' },
    items: ({ virtualMachines }) => virtualMachines.all().map(virtualMachineObject),
  },
  {
    ...{ group: 'kubevirt.io', version: 'v1', plural: 'virtualmachineinstances', kind: 'VirtualMachineInstance' },
    items: ({ virtualMachines }) =>
      virtualMachines
        .all()
        .map(instanceObject)
        .filter((instance) => instance !== undefined),
  },
  {
    ...{ group: 'cdi.kubevirt.io', version: 'v1beta1', plural: 'datasources', kind: 'DataSource' },
    items: ({ images }) => images.dataSources(),
  },
  {
    ...{ group: 'cdi.kubevirt.io', version: 'v1beta1', plural: 'datavolumes', kind: 'DataVolume' },
    items: ({ images, virtualMachines }) => [...images.dataVolumes(), ...virtualMachines.all().map(diskObject)],
  },
];

export function kubeVirtRows(parts: KubeVirtParts): readonly Row[] {
  return KINDS.flatMap((kind) => rowsOf(kind, parts));
}

function rowsOf({ group, version, plural, kind, items }: Kind, parts: KubeVirtParts): readonly Row[] {
  const apiVersion = `${group}/${version}`;
  const base = `/apis/${apiVersion}`;
  const all = () => items(parts).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const pagesIn = pagesByNamespace(parts.revisions, all);
  const list = (request: HttpRequest) => listAnswer(request, { pages: pagesIn(request.params.namespace), kind: `${kind}List`, apiVersion });
  const subject = { group, kind: plural };
  return [
    { method: 'get', path: `${base}/${plural}`, access: { verb: 'list', ...subject }, handle: list },
    { method: 'get', path: `${base}/namespaces/:namespace/${plural}`, access: { verb: 'list', ...subject }, handle: list },
    {
      method: 'get',
      path: `${base}/namespaces/:namespace/${plural}/:name`,
      access: { verb: 'get', ...subject },
      handle: ({ params: { namespace = '', name = '' } }) => {
        const object = all().find((each) => keyOf(each) === `${namespace}/${name}`);
        return object ? answer({ kind, apiVersion, ...object }) : notFound({ ...subject, name });
      },
    },
  ];
}

/** A token of one namespace's list is good for that list alone. */
function pagesByNamespace(revisions: Revisions, all: () => readonly JsonObject[]): (namespace: string | undefined) => Pages<JsonObject> {
  const pages = new Map<string | undefined, Pages<JsonObject>>();
  return (namespace) => {
    const items = () => all().filter(({ metadata }) => namespace === undefined || textAt(metadata, 'namespace') === namespace);
    const found = pages.get(namespace) ?? createPages({ revisions, items, keyOf });
    pages.set(namespace, found);
    return found;
  };
}

function keyOf({ metadata }: JsonObject): string {
  return `${textAt(metadata, 'namespace')}/${textAt(metadata, 'name')}`;
}
