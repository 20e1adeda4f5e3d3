/** What Knative's ApiServerSource sends when an object changes: binary mode, in its mode Resource. */
import { randomUUID } from 'node:crypto';

/** An object as the API server writes it; of a deletion, as it was last. */
export interface ChangedObject {
  readonly apiVersion: string;
  readonly kind: 'Node' | 'HyperConverged';
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

export interface ObjectChange {
  readonly action: 'add' | 'update' | 'delete';
  readonly object: ChangedObject;
  /** `ceOverrides` of the source; the address of the API server is often the same in every cluster. */
  readonly cluster: string;
  readonly at: Date;
}

export interface EventRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PLURALS = { Node: 'nodes', HyperConverged: 'hyperconvergeds' };

/** The request of one change. Each that is sent has an id of its own, the same change sent again included. */
export function objectChanged({ action, object, cluster, at }: ObjectChange): EventRequest {
  const { apiVersion, kind } = object;
  const { name, namespace = '' } = object.metadata;
  return {
    headers: {
      'user-agent': 'Go-http-client/1.1',
      'ce-apiversion': apiVersion,
      'ce-cluster': cluster,
      'ce-id': randomUUID(),
      'ce-kind': kind,
      'ce-name': name,
      'ce-namespace': namespace, // there and empty for a Node
      'ce-source': 'https://10.96.0.1:443',
      'ce-specversion': '1.0',
      'ce-subject': `/apis/${apiVersion}/namespaces/${namespace}/${PLURALS[kind]}/${name}`,
      'ce-time': at.toISOString(),
      'ce-type': `dev.knative.apiserver.resource.${action}`,
      'content-type': 'application/json',
      'kn-namespace': 'archwatch',
    },
    body: JSON.stringify(object),
  };
}

/** The request of a PingSource, whose time has come. */
export function hourPassed({ cluster, at }: Pick<ObjectChange, 'cluster' | 'at'>): EventRequest {
  return {
    headers: {
      'user-agent': 'Go-http-client/1.1',
      'ce-cluster': cluster,
      'ce-id': randomUUID(),
      'ce-source': '/apis/v1/namespaces/archwatch/pingsources/reconcile',
      'ce-specversion': '1.0',
      'ce-time': at.toISOString(),
      'ce-type': 'dev.knative.sources.ping',
      'content-type': 'application/json',
    },
    body: '{"reason":"reconcile"}',
  };
}
