/** A real API server whose one HyperConverged is reconciled by an independent model of its operator: the real one needs OpenShift. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../local/embedded-cluster/json.ts';
import { decideStatus, type Observed } from '../../../local/embedded-cluster/operator.ts';
import { type ApiVersion, RELEASES, type Release } from '../../../local/embedded-cluster/releases.ts';
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { kubernetes } from '../../../shared/kubernetes/api-client.ts';
import { createCluster } from '../../../shared/kubernetes/cluster.ts';
import { silentLog } from '../../helpers/log.ts';
import { NAME, pathOf } from '../hyperconverged.ts';
import { type ApiServer, startApiServer } from '../servers/api-server.ts';
import { type Answer, RefusedError } from '../servers/kubernetes-client.ts';
import { createNamespace, createNode, type NodeSettings } from '../servers/objects.ts';
import { hyperConvergedCrd } from '../servers/paths.ts';

export type Images = Readonly<Record<string, ImageReading>>;

/** What the server says of a change under strict validation; `stored` is the whole CR that it would store. */
export type Tried = { readonly taken: true; readonly stored: Answer } | { readonly taken: false; readonly words: string };

export interface OperatedCluster {
  readonly server: ApiServer;
  /** The version that its release stores. */
  readonly stored: ApiVersion;
  /** Makes the CR anew, of generation 1, and reconciles it. The spec is in the stored version. */
  readonly install: (spec: JsonObject) => Promise<void>;
  /** What its operator does after a change. */
  readonly reconcile: () => Promise<void>;
  readonly read: (version?: ApiVersion) => Promise<Answer>;
  /** A merge patch, or a list: a JSON Patch. Nothing is stored unless told. */
  readonly send: (version: ApiVersion, body: object, options?: { readonly store?: true }) => Promise<Tried>;
  /** What the server would store of a whole CR: with the defaults of its definition. */
  readonly filled: (version: ApiVersion, object: Answer) => Promise<Answer>;
  /** As the functions do; `images` is what registries would say, by the template's name. */
  readonly look: (images?: Images) => Promise<Snapshot>;
  readonly stop: () => Promise<void>;
}

/** Starts a server with the definition of a release, and these nodes. */
export async function startOperatedCluster(release: Release, nodes: readonly NodeSettings[]): Promise<OperatedCluster> {
  const server = await startApiServer({ crds: [hyperConvergedCrd(release)] });
  for (const node of nodes) await createNode(server, node);
  await createNamespace(server, NAME);
  const { stored } = RELEASES[release];
  const read = (version: ApiVersion = stored) => server.send('GET', pathOf({ version }));
  const observed = await observe(server);
  const reconcile = async () => {
    const { kind, apiVersion, metadata, spec } = await read();
    const status = decideStatus({ release, spec, generation: metadata.generation, nodes: observed, now: '2026-11-22T10:00:00Z' });
    await server.send('PUT', `${pathOf({ version: stored })}/status`, { kind, apiVersion, metadata, spec, status });
  };
  return {
    server,
    stored,
    read,
    reconcile,
    install: async (spec) => {
      await server.send('DELETE', pathOf({ version: stored })).catch(unlessAbsent);
      await server.send('POST', `${collectionOf(stored)}?fieldValidation=Strict`, newHyperConverged(spec, stored));
      await reconcile();
    },
    send: (version, body, { store } = {}) =>
      tried(server.send('PATCH', `${pathOf({ version })}?fieldValidation=Strict${store ? '' : '&dryRun=All'}`, body)),
    filled: (version, object) => server.send('PUT', `${pathOf({ version })}?fieldValidation=Strict&dryRun=All`, object),
    look: (images = {}) =>
      createCluster({
        connect: kubernetes({ KUBECONFIG: server.kubeconfig }).connect,
        hyperConverged: undefined,
        now: () => new Date(),
        log: silentLog,
        readImages: async (sources) => new Map(Object.entries(images).filter(([name]) => sources.has(name))),
      }).look(),
    stop: () => server.stop(),
  };
}

async function observe(server: ApiServer): Promise<Observed['nodes']> {
  const { items } = await server.send('GET', '/api/v1/nodes');
  return items;
}

function collectionOf(version: ApiVersion): string {
  return pathOf({ version }).slice(0, -`/${NAME}`.length);
}

function newHyperConverged(spec: JsonObject, version: ApiVersion): object {
  return { apiVersion: `hco.kubevirt.io/${version}`, kind: 'HyperConverged', metadata: { name: NAME, namespace: NAME }, spec };
}

function unlessAbsent(error: unknown): void {
  assert.ok(error instanceof RefusedError && error.status === 404, `${error}`);
}

async function tried(answer: Promise<Answer>): Promise<Tried> {
  try {
    return { taken: true, stored: await answer };
  } catch (error) {
    if (error instanceof RefusedError) return { taken: false, words: error.message };
    throw error;
  }
}
