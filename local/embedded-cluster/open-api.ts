/** The OpenAPI v3 documents of HyperConverged's group, laid out as an API server publishes custom resources. */
import { createHash } from 'node:crypto';
import { hyperConvergedSchema } from './hyperconverged-schema.ts';
import { type ApiVersion, RELEASES, type Release } from './releases.ts';
import { GROUP } from './served-groups.ts';

/** The answer to `GET /openapi/v3`. The addresses are the server's own, so without the prefix that it is reached by. */
export function openApiIndex(release: Release | undefined): object {
  const versions = release === undefined ? [] : RELEASES[release].served.map((version) => [version, openApiDocument(release, version)]);
  const paths = versions.map(([version, document]) => {
    const hash = createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase();
    return [`apis/${GROUP}/${version}`, { serverRelativeURL: `/openapi/v3/apis/${GROUP}/${version}?hash=${hash}` }];
  });
  return { paths: Object.fromEntries(paths) };
}

/** The answer to `GET /openapi/v3/apis/hco.kubevirt.io/:version`. */
export function openApiDocument(release: Release, version: ApiVersion): object {
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' },
    paths: pathsOf(version),
    components: { schemas: schemasOf(release, version) },
  };
}

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const LIST_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta';

function schemasOf(release: Release, version: ApiVersion): object {
  const schema = hyperConvergedSchema(release, version);
  const name = `io.kubevirt.hco.${version}.HyperConverged`;
  const properties = { ...schema.properties, metadata: { allOf: [reference(OBJECT_META)] } };
  return {
    [OBJECT_META]: { type: 'object' },
    [LIST_META]: { type: 'object' },
    [name]: { ...schema, properties, 'x-kubernetes-group-version-kind': [kind('HyperConverged', version)] },
    [`${name}List`]: {
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: { type: 'string' },
        kind: { type: 'string' },
        items: { type: 'array', items: reference(name) },
        metadata: { allOf: [reference(LIST_META)] },
      },
      'x-kubernetes-group-version-kind': [kind('HyperConvergedList', version)],
    },
  };
}

function pathsOf(version: ApiVersion): object {
  const name = `io.kubevirt.hco.${version}.HyperConverged`;
  const base = `/apis/${GROUP}/${version}`;
  return {
    [`${base}/hyperconvergeds`]: { get: operation('list', `${name}List`, version) },
    [`${base}/namespaces/{namespace}/hyperconvergeds`]: { get: operation('list', `${name}List`, version) },
    [`${base}/namespaces/{namespace}/hyperconvergeds/{name}`]: {
      get: operation('get', name, version),
      patch: operation('patch', name, version),
    },
  };
}

function operation(action: string, schema: string, version: ApiVersion): object {
  return {
    responses: { 200: { description: 'OK', content: { 'application/json': { schema: reference(schema) } } } },
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': kind('HyperConverged', version),
  };
}

function reference(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

function kind(name: string, version: ApiVersion): object {
  return { group: GROUP, kind: name, version };
}
