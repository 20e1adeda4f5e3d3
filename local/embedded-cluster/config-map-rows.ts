/** The paths of ConfigMaps: what archwatch keeps its record in. */
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import { alreadyExists, answer, badRequest, conflict, created, notFound } from './answers.ts';
import type { ConfigMapName, ConfigMapOutcome, ConfigMapStore } from './config-map-store.ts';
import { textAt } from './json.ts';
import { mergePatchOf, objectOf } from './request-body.ts';
import type { Row } from './row.ts';

const KIND = { group: '', kind: 'configmaps' };
const COLLECTION = '/api/v1/namespaces/:namespace/configmaps';

export function configMapRows(configMaps: ConfigMapStore, revision: () => string): readonly Row[] {
  return [
    {
      method: 'get',
      path: COLLECTION,
      access: { verb: 'list', ...KIND },
      handle: ({ params: { namespace } }) => {
        const items = configMaps.all().filter((map) => textAt(map, 'metadata', 'namespace') === namespace);
        return answer({ kind: 'ConfigMapList', apiVersion: 'v1', metadata: { resourceVersion: revision() }, items });
      },
    },
    {
      method: 'post',
      path: COLLECTION,
      access: { verb: 'create', ...KIND },
      handle: (request) => {
        const body = objectOf(request, 'the body is not a JSON object');
        if ('refusal' in body) return body.refusal;
        const name = { ...nameOf(request), name: textAt(body.object, 'metadata', 'name') ?? '' };
        if (name.name === '') return badRequest('name or generateName is required');
        return outcomeAnswer(name, configMaps.create(name, body.object), created);
      },
    },
    {
      method: 'get',
      path: `${COLLECTION}/:name`,
      access: { verb: 'get', ...KIND },
      handle: (request) => {
        const found = configMaps.read(nameOf(request));
        return found ? answer(found) : notFound({ ...KIND, name: nameOf(request).name });
      },
    },
    {
      method: 'patch',
      path: `${COLLECTION}/:name`,
      access: { verb: 'patch', ...KIND },
      handle: (request) => {
        const body = mergePatchOf(request);
        return 'refusal' in body ? body.refusal : outcomeAnswer(nameOf(request), configMaps.patch(nameOf(request), body.object), answer);
      },
    },
  ];
}

function nameOf({ params: { namespace = '', name = '' } }: HttpRequest): ConfigMapName {
  return { namespace, name };
}

function outcomeAnswer({ name }: ConfigMapName, outcome: ConfigMapOutcome, done: (object: object) => HttpAnswer): HttpAnswer {
  const subject = { ...KIND, name };
  switch (outcome.kind) {
    case 'done':
      return done(outcome.object);
    case 'exists':
      return alreadyExists(subject);
    case 'conflict':
      return conflict(subject);
    case 'missing':
      return notFound(subject);
    case 'invalid':
      return badRequest(outcome.why);
  }
}
