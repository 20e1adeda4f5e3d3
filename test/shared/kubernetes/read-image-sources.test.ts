import assert from 'node:assert/strict';
import { listen } from '../../../shared/http/listen.ts';
import { createRegistryAccess } from '../../../shared/kubernetes/read-image-sources.ts';
import type { RegistryAccess } from '../../../shared/registry/read-source.ts';
import { silentLog } from '../../helpers/log.ts';
import { connectTo } from '../../helpers/webhook.ts';

const encode = (text: string) => Buffer.from(text).toString('base64');
const SECRET = { kind: 'Secret', data: { accessKeyId: encode('robot'), secretKey: encode('p:ä$$') } };
const CONFIG_MAP = { kind: 'ConfigMap', data: { 'ca.crt': 'one', 'other.pem': 'two' } };
const TAG = { kind: 'ImageStreamTag', image: { dockerImageMetadata: { Architecture: 'amd64' } } };
const FORBIDDEN = { kind: 'Status', message: 'secrets "x" is forbidden' };

type Reading = (access: RegistryAccess) => Promise<unknown>;
const secret: Reading = ({ credentials }) => credentials('a', 'x');
const authority: Reading = ({ certificates }) => certificates('a', 'x');
const stream: Reading = ({ imageStreamTag }) => imageStreamTag('a', 'x:latest');

/** What comes of a read, and the path that it asked for. */
async function readWith(read: Reading, status: number, body: unknown) {
  const paths: string[] = [];
  const handle = async ({ path }: { readonly path: string }) => {
    paths.push(path);
    return { status, body: JSON.stringify(body) };
  };
  const routes = ['/api/v1/namespaces/:namespace/:resource/:name', '/apis/image.openshift.io/v1/namespaces/:namespace/:resource/:name'].map(
    (path) => ({ method: 'get' as const, path, handle }),
  );
  const server = await listen(routes, { port: 0, log: silentLog });
  const api = await (await connectTo(`http://localhost:${server.port}`))();
  try {
    return { read: await read(createRegistryAccess(api, AbortSignal.timeout(5_000))), paths };
  } finally {
    await api.close();
    await server.close();
  }
}

describe('what reading images needs of the cluster', () => {
  const there: readonly { what: string; read: Reading; answer: object; value: unknown; path: string }[] = [
    {
      what: 'a Secret',
      read: secret,
      answer: SECRET,
      value: { username: 'robot', password: 'p:ä$$' },
      path: '/api/v1/namespaces/a/secrets/x',
    },
    { what: 'a ConfigMap', read: authority, answer: CONFIG_MAP, value: ['one', 'two'], path: '/api/v1/namespaces/a/configmaps/x' },
    { what: 'an empty ConfigMap', read: authority, answer: { kind: 'ConfigMap' }, value: [], path: '/api/v1/namespaces/a/configmaps/x' },
    {
      what: 'an image stream',
      read: stream,
      answer: TAG,
      value: TAG,
      path: '/apis/image.openshift.io/v1/namespaces/a/imagestreamtags/x%3Alatest',
    },
  ];
  for (const { what, read, answer, value, path } of there) {
    it(`is read of ${what}`, async () => assert.deepEqual(await readWith(read, 200, answer), { read: { ok: true, value }, paths: [path] }));
    it(`is undefined without ${what}`, async () => assert.deepEqual((await readWith(read, 404, {})).read, { ok: true, value: undefined }));
    it(`says that ${what} is forbidden`, async () =>
      assert.match(JSON.stringify((await readWith(read, 403, FORBIDDEN)).read), /"ok":false.*"reason":"forbidden"/));
  }

  const malformed: readonly { what: string; read: Reading; answer: object; reason: string }[] = [
    { what: 'another kind', read: secret, answer: {}, reason: 'server-error' },
    { what: 'a Secret without data', read: secret, answer: { kind: 'Secret' }, reason: 'malformed' },
    {
      what: 'a Secret with one key',
      read: secret,
      answer: { kind: 'Secret', data: { accessKeyId: encode('robot') } },
      reason: 'malformed',
    },
    { what: 'a ConfigMap of numbers', read: authority, answer: { kind: 'ConfigMap', data: { a: 1 } }, reason: 'malformed' },
    { what: 'a list', read: stream, answer: { kind: 'List' }, reason: 'server-error' },
  ];
  for (const { what, read, answer, reason } of malformed) {
    it(`is ${reason} with ${what}`, async () =>
      assert.match(JSON.stringify((await readWith(read, 200, answer)).read), new RegExp(`"ok":false.*"reason":"${reason}"`)));
  }

  it('never shows what is in a Secret that does not fit', async () => {
    const { read } = await readWith(secret, 200, { kind: 'Secret', data: { accessKeyId: encode('robot'), password: encode('hunter2') } });
    assert.ok(!JSON.stringify(read).includes(encode('hunter2')));
  });
});
