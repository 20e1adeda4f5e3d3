/** The embedded API server's paths, a table: each row says what is read, so that an outage can tell requests apart. */
import type { HttpAnswer, HttpRequest, Route } from '../../shared/http.ts';
import { answer, badRequest, conflict, denied, expired, internalError, invalid, noSuchPath, notFound } from './answers.ts';
import { configMapRows } from './config-map-rows.ts';
import type { ConfigMapStore } from './config-map-store.ts';
import { apiGroup, apiGroupList, apiResourceList, GROUP, SERVER_VERSION } from './discovery.ts';
import { HYPERCONVERGED, type HyperConvergedStore, type PatchOutcome, type PatchRequest } from './hyperconverged-store.ts';
import type { NodeStore } from './node-store.ts';
import { openApiDocument, openApiIndex } from './open-api.ts';
import { type OperatorPod, podRows } from './operator-pod.ts';
import type { OutageSwitch } from './outage.ts';
import { type ApiVersion, type Release, servedVersion } from './releases.ts';
import { mergePatchOf } from './request-body.ts';
import type { Row } from './row.ts';

export interface ServerParts {
  readonly prefix: string;
  readonly release: Release;
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
    ...configMapRows(parts.configMaps, parts.revision),
    ...podRows(parts.operatorPod, parts.revision),
    ...hyperConvergedRows(parts),
    UNKNOWN,
  ].map((row) => routeOf(row, parts));
}

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
      const isHyperConvergeds = path.includes(GROUP);
      return (
        (await outage.answerInstead({ ...(access ? { access: accessOf(access, request) } : {}), isHyperConvergeds })) ?? handle(request)
      );
    },
  };
}

function accessOf({ verb, group, kind }: NonNullable<Row['access']>, { params }: HttpRequest) {
  const { name, namespace } = params;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  return { subject: { group, kind, ...(name === undefined ? {} : { name }) }, verb, scope };
}

function discoveryRows({ release, outage }: ServerParts): readonly Row[] {
  const served = () => (outage.get() === 'no-such-kind' ? undefined : release);
  return [
    { method: 'get', path: '/version', handle: () => answer(SERVER_VERSION) },
    { method: 'get', path: '/apis', handle: () => answer(apiGroupList(served())) },
    { method: 'get', path: `/apis/${GROUP}`, handle: () => answer(apiGroup(release)) },
    { method: 'get', path: `/apis/${GROUP}/:version`, handle: versioned(release, (version) => answer(apiResourceList(version))) },
    { method: 'get', path: '/openapi/v3', handle: () => answer(openApiIndex(served())) },
    {
      method: 'get',
      path: `/openapi/v3/apis/${GROUP}/:version`,
      handle: versioned(release, (version) => answer(openApiDocument(release, version))),
    },
  ];
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

function listNodes({ query }: HttpRequest, nodes: NodeStore, outage: OutageSwitch): HttpAnswer {
  const token = query.get('continue') || undefined;
  const asked = query.get('limit') ?? '0';
  if (!/^\d+$/.test(asked)) return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(asked)}: invalid syntax`);
  const isHalf = outage.get() === 'half-a-list';
  if (isHalf && token !== undefined) return internalError('etcdserver: request timed out');
  const limit = isHalf && asked !== '0' ? Math.min(Number(asked), Math.ceil(nodes.all().length / 2)) : Number(asked);
  const page = nodes.page({ limit, token });
  if (page.kind === 'bad-token') return badRequest('invalid continue token: continue key is not valid');
  if (page.kind === 'expired') return expired(page.token);
  const more = page.next ? { continue: page.next.token, remainingItemCount: page.next.remaining } : {};
  return answer({ kind: 'NodeList', apiVersion: 'v1', metadata: { resourceVersion: page.resourceVersion, ...more }, items: page.items });
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
  const body = mergePatchOf(request);
  if ('refusal' in body) return body.refusal;
  return outcomeAnswer(patch({ version, patch: body.object, dryRun: request.query.get('dryRun') === 'All', manager: managerOf(request) }));
}

/** As a real server names it: by the query, else by the program in the user agent. */
function managerOf({ query, headers }: HttpRequest): string {
  return query.get('fieldManager') || (headers['user-agent'] ?? '').split('/')[0] || 'unknown';
}

function outcomeAnswer(outcome: PatchOutcome): HttpAnswer {
  const { name } = HYPERCONVERGED;
  if (outcome.kind === 'patched') return answer(outcome.object, outcome.unknown);
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
