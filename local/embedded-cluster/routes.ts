/** The embedded API server's paths, a table: each row says what is read, so that an outage can tell requests apart. */
import type { HttpAnswer, HttpRequest, Route } from '../../shared/http/route.ts';
import { answer, conflict, denied, inapplicable, internalError, invalid, noSuchPath, notFound, unknownFields } from './answers.ts';
import { configMapRows } from './config-map-rows.ts';
import type { ConfigMapStore } from './config-map-store.ts';
import { apiGroup, apiGroupList, apiResourceList, SERVER_VERSION } from './discovery.ts';
import { HYPERCONVERGED, type HyperConvergedStore, type PatchOutcome, type PatchRequest } from './hyperconverged-store.ts';
import { type KubeVirtParts, kubeVirtRows } from './kubevirt-rows.ts';
import { listAnswer } from './list-answer.ts';
import type { NodeStore } from './node-store.ts';
import { openApiDocument, openApiIndex } from './open-api.ts';
import { type OperatorPod, podRows } from './operator-pod.ts';
import { isGone, type OutageSwitch } from './outage.ts';
import { type ApiVersion, type Release, servedVersion } from './releases.ts';
import { patchOf } from './request-body.ts';
import type { Row } from './row.ts';
import { CONFIG_GROUP, GROUP, type ServedGroup, servedGroups } from './served-groups.ts';

export interface ServerParts extends KubeVirtParts {
  readonly prefix: string;
  readonly release: Release;
  /** Whether SSP's group is served, and OpenShift's. */
  readonly hasSsp: boolean;
  readonly nodes: NodeStore;
  /** The cluster's newest resourceVersion, as every list says it. */
  readonly revision: () => string;
  readonly hyperConverged: HyperConvergedStore;
  readonly configMaps: ConfigMapStore;
  readonly operatorPod: OperatorPod;
  readonly patch: (request: PatchRequest) => PatchOutcome;
  readonly outage: OutageSwitch;
  /** Told of every request, the prefix taken off. */
  readonly onRequest: (request: { readonly method: string; readonly path: string }) => void;
}

/** All paths of the server, below its prefix. */
export function kubernetesRoutes(parts: ServerParts): readonly Route[] {
  return [
    ...discoveryRows(parts),
    ...nodeRows(parts),
    ...(parts.hasSsp ? [CLUSTER_VERSION] : []),
    ...configMapRows(parts.configMaps, parts.revision),
    ...podRows(parts.operatorPod, parts.revision),
    ...hyperConvergedRows(parts),
    ...kubeVirtRows(parts),
    UNKNOWN,
  ].map((row) => routeOf(row, parts));
}

/** What makes a cluster OpenShift for HCO. */
const CLUSTER_VERSION: Row = {
  method: 'get',
  path: `/apis/${CONFIG_GROUP}/v1/clusterversions/version`,
  access: { verb: 'get', group: CONFIG_GROUP, kind: 'clusterversions' },
  handle: () => answer({ apiVersion: `${CONFIG_GROUP}/v1`, kind: 'ClusterVersion', metadata: { name: 'version' } }),
};

const UNKNOWN: Row = { path: '{/*rest}', handle: noSuchPath };
/** What an API server takes in one request. */
const BODY_LIMIT = 3 * 1024 * 1024;

function routeOf({ method, path, access, handle }: Row, { prefix, outage, onRequest }: ServerParts): Route {
  return {
    method: method ?? 'all',
    path: `${prefix}${path}`,
    bodyLimit: BODY_LIMIT,
    handle: async (request) => {
      onRequest({ method: request.method, path: request.path.slice(prefix.length) });
      const [, group] = /\/apis\/([^/]+)/.exec(request.path) ?? [];
      return (await outage.answerInstead({ ...(access ? { access: accessOf(access, request) } : {}), group })) ?? handle(request);
    },
  };
}

function accessOf({ verb, group, kind }: NonNullable<Row['access']>, { params }: HttpRequest) {
  const { name, namespace } = params;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return { subject: { group, kind, ...(name === undefined ? {} : { name }) }, verb, scope };
}

function discoveryRows({ release, hasSsp, outage }: ServerParts): readonly Row[] {
  const groups = () => servedGroups(release, hasSsp).filter(({ name }) => !isGone(name, outage.get()));
  const isHcoServed = () => !isGone(GROUP, outage.get());
  return [
    { method: 'get', path: '/version', handle: () => answer(SERVER_VERSION) },
    { method: 'get', path: '/apis', handle: () => answer(apiGroupList(groups())) },
    { method: 'get', path: '/apis/:group', handle: ofGroup(groups, (group) => answer(apiGroup(group))) },
    {
      method: 'get',
      path: '/apis/:group/:version',
      handle: ofGroup(groups, (group, version) =>
        group.versions.includes(version) ? answer(apiResourceList(group, version)) : noSuchPath(),
      ),
    },
    { method: 'get', path: '/openapi/v3', handle: () => answer(openApiIndex(isHcoServed() ? release : undefined)) },
    {
      method: 'get',
      path: `/openapi/v3/apis/${GROUP}/:version`,
      handle: versioned(release, (version) => answer(openApiDocument(release, version))),
    },
  ];
}

function ofGroup(groups: () => readonly ServedGroup[], handle: (group: ServedGroup, version: string) => HttpAnswer): Row['handle'] {
  return ({ params: { group, version = '' } }) => {
    const found = groups().find(({ name }) => name === group);
    return found ? handle(found, version) : noSuchPath();
  };
}

function nodeRows({ nodes, outage }: ServerParts): readonly Row[] {
  const kind = { group: '', kind: 'nodes' };
  return [
    { method: 'get', path: '/api/v1/nodes', access: { verb: 'list', ...kind }, handle: (request) => listNodes(request, nodes, outage) },
    {
      method: 'get',
      path: '/api/v1/nodes/:name',
      access: { verb: 'get', ...kind },
      handle: ({ params: { name = '' } }) => {
        const node = nodes.all().find(({ metadata }) => metadata.name === name);
        return node ? answer({ kind: 'Node', apiVersion: 'v1', ...node }) : notFound({ ...kind, name });
      },
    },
  ];
}

function listNodes(request: HttpRequest, nodes: NodeStore, outage: OutageSwitch): HttpAnswer {
  const isHalf = outage.get() === 'half-a-list';
  if (isHalf && request.query.get('continue')) return internalError('etcdserver: request timed out');
  const cap = (limit: number) => (isHalf && limit > 0 ? Math.min(limit, Math.ceil(nodes.all().length / 2)) : limit);
  return listAnswer(request, { pages: nodes, kind: 'NodeList', apiVersion: 'v1', cap });
}

function hyperConvergedRows({ release, hyperConverged, revision, patch }: ServerParts): readonly Row[] {
  const kind = { group: GROUP, kind: 'hyperconvergeds' };
  const base = `/apis/${GROUP}/:version`;
  const list = versioned(release, (version, { params }) => {
    const isElsewhere = params.namespace !== undefined && params.namespace !== HYPERCONVERGED.namespace;
    const items = isElsewhere ? [] : [hyperConverged.read(version)];
    const metadata = { continue: '', resourceVersion: revision() };
    return answer({ apiVersion: `${GROUP}/${version}`, kind: 'HyperConvergedList', metadata, items });
  });
  const item = `${base}/namespaces/:namespace/hyperconvergeds/:name`;
  return [
    { method: 'get', path: `${base}/hyperconvergeds`, access: { verb: 'list', ...kind }, handle: list },
    { method: 'get', path: `${base}/namespaces/:namespace/hyperconvergeds`, access: { verb: 'list', ...kind }, handle: list },
    {
      method: 'get',
      path: item,
      access: { verb: 'get', ...kind },
      handle: versioned(release, (version, request) => missing(request) ?? answer(hyperConverged.read(version))),
    },
    {
      method: 'patch',
      path: item,
      access: { verb: 'patch', ...kind },
      handle: versioned(release, (version, request) => missing(request) ?? patched(version, request, patch)),
    },
  ];
}

function patched(version: ApiVersion, request: HttpRequest, patch: ServerParts['patch']): HttpAnswer {
  const body = patchOf(request);
  if ('refusal' in body) return body.refusal;
  const { query } = request;
  const [dryRun, strict] = [query.get('dryRun') === 'All', query.get('fieldValidation') === 'Strict'];
  return outcomeAnswer(patch({ version, patch: body.patch, dryRun, strict, manager: managerOf(request) }));
}

/** As a real server names it: by the query, else by the program in the user agent. */
function managerOf({ query, headers }: HttpRequest): string {
  return query.get('fieldManager') || (headers['user-agent'] ?? '').split('/')[0] || 'unknown';
}

function outcomeAnswer(outcome: PatchOutcome): HttpAnswer {
  const { name } = HYPERCONVERGED;
  if (outcome.kind === 'patched') return answer(outcome.object, outcome.unknown);
  if (outcome.kind === 'inapplicable') return inapplicable();
  if (outcome.kind === 'unknown-fields') return unknownFields(outcome.object, outcome.unknown);
  if (outcome.kind === 'denied') return denied(outcome.reason);
  if (outcome.kind === 'conflict') return conflict({ group: GROUP, kind: 'hyperconvergeds', name });
  return invalid({ group: GROUP, kind: 'HyperConverged', name }, outcome.causes, outcome.unknown);
}

function missing({ params: { namespace, name = '' } }: HttpRequest): HttpAnswer | undefined {
  const isThere = namespace === HYPERCONVERGED.namespace && name === HYPERCONVERGED.name;
  return isThere ? undefined : notFound({ group: GROUP, kind: 'hyperconvergeds', name });
}

function versioned(release: Release, handle: (version: ApiVersion, request: HttpRequest) => HttpAnswer): Row['handle'] {
  return (request) => {
    const version = servedVersion(release, request.params.version);
    return version === undefined ? noSuchPath() : handle(version, request);
  };
}
