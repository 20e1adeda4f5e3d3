/** The marks that tools leave in an object's metadata, each read as its tool writes it. What is malformed is no mark, never an error. */
import { HCO_GROUP } from './api-version.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** The metadata of an object, as far as marks are found in it. */
export interface Marked {
  readonly annotations: JsonObject;
  readonly labels: JsonObject;
  readonly ownerReferences: readonly JsonObject[];
  /** `group/kind:namespace/name`. */
  readonly id: string;
}

export interface Mark {
  /** As a person finds it in the object. */
  readonly evidence: string;
  /** The name of what left it; undefined where it is not there, or is not meant for this object. Untrusted. */
  readonly find: (marked: Marked) => string | undefined;
  /** Others leave it too: it counts only beside one of the tool's field managers. */
  readonly isWeak: boolean;
}

/** Reads a HyperConverged's metadata. */
export function readMarked({ metadata, kind }: JsonObject): Marked {
  const { annotations, labels, ownerReferences, namespace, name } = isObject(metadata) ? metadata : {};
  return {
    annotations: isObject(annotations) ? annotations : {},
    labels: isObject(labels) ? labels : {},
    ownerReferences: Array.isArray(ownerReferences) ? ownerReferences.filter(isObject) : [],
    id: `${HCO_GROUP}/${textOf(kind)}:${textOf(namespace)}/${textOf(name)}`,
  };
}

/** An annotation whose value is the name. */
export function annotation(key: string): Mark {
  return { evidence: `annotation ${key}`, find: ({ annotations }) => textOf(annotations[key]), isWeak: false };
}

/** `app:group/kind:namespace/name`. Argo CD takes one that names another object for a copy, and so for nobody's. */
export function trackingId(key: string): Mark {
  return {
    evidence: `annotation ${key}`,
    find: ({ annotations, id }) => {
      const [, name, tracked] = /^([^:]+):(.*)$/s.exec(textOf(annotations[key]) ?? '') ?? [];
      return tracked === id ? withNamespace(name) : undefined;
    },
    isWeak: false,
  };
}

/** The name of an Argo CD application. */
export function instance(where: 'annotations' | 'labels', key: string, { isWeak }: { readonly isWeak: boolean }): Mark {
  const evidence = `${where === 'labels' ? 'label' : 'annotation'} ${key}`;
  return { evidence, find: (marked) => withNamespace(textOf(marked[where][key])), isWeak };
}

/** An application outside Argo CD's own namespace is `namespace_name`; neither can have a `_`. */
function withNamespace(name: string | undefined): string | undefined {
  return name?.replace('_', '/');
}

/** A name and its namespace, each under a key of its own. */
export function pair(where: 'annotations' | 'labels', keys: { readonly namespace: string; readonly name: string }): Mark {
  return {
    evidence: `${where === 'labels' ? 'label' : 'annotation'} ${keys.name}`,
    find: (marked) => {
      const [namespace, name] = [textOf(marked[where][keys.namespace]), textOf(marked[where][keys.name])];
      return namespace && name ? `${namespace}/${name}` : name;
    },
    isWeak: false,
  };
}

/** An AppliedManifestWork is called after its hub, by a SHA-256, and then its ManifestWork. */
export const APPLIED_MANIFEST_WORK: Mark = {
  evidence: 'owner reference to an AppliedManifestWork',
  find: ({ ownerReferences }) => {
    const work = ownerReferences.find(({ kind, apiVersion }) => kind === 'AppliedManifestWork' && isOfWork(apiVersion));
    return textOf(work?.name)?.replace(/^[0-9a-f]{64}-(?=.)/s, '');
  },
  isWeak: false,
};

function isOfWork(apiVersion: Json | undefined): boolean {
  return textOf(apiVersion)?.startsWith('work.open-cluster-management.io/') ?? false;
}

/** Undefined for what is no text, and for an empty one. */
function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
