import assert from 'node:assert/strict';
import { stringAt } from '../../../shared/golden-images/json.ts';
import type { ApiConnection } from '../../../shared/kubernetes/api-connection.ts';
import { ApiStatusError } from '../../../shared/kubernetes/api-status-error.ts';
import { readPages } from '../../../shared/kubernetes/read-pages.ts';

const LIST = { path: '/apis/x/v1/things', kind: 'Thing', limit: 2, read: (object: unknown) => stringAt(object, 'metadata', 'name') };

/** A server that gives these answers, one after the other. */
function serverWith(answers: readonly (object | Error)[]) {
  const asked: string[] = [];
  const api: Pick<ApiConnection, 'get'> = {
    get: async (path) => {
      const answer = answers[asked.length];
      asked.push(path);
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('one request too many');
      return answer;
    },
  };
  return { api, asked };
}

const page = (names: readonly string[], next?: string, version = '7') => ({
  kind: 'ThingList',
  metadata: { resourceVersion: version, ...(next ? { continue: next } : {}) },
  items: names.map((name) => ({ metadata: { name } })),
});
const expired = () => new ApiStatusError(LIST.path, 410, 'the provided continue parameter is too old');
const read = (api: Pick<ApiConnection, 'get'>) => readPages(api, LIST, AbortSignal.timeout(1_000));

describe('a list in pages', () => {
  it('is asked for with a limit, then with what the server gave to go on', async () => {
    const { api, asked } = serverWith([page(['a', 'b'], 'x/+=1'), page(['c', 'd'], 'y'), page(['e'])]);
    assert.deepEqual(await read(api), { value: ['a', 'b', 'c', 'd', 'e'], version: '7' });
    assert.deepEqual(asked, [
      '/apis/x/v1/things?limit=2',
      '/apis/x/v1/things?limit=2&continue=x%2F%2B%3D1',
      '/apis/x/v1/things?limit=2&continue=y',
    ]);
  });

  it('is empty where the server says so, with null as Go writes it too', async () => {
    assert.deepEqual((await read(serverWith([page([])]).api)).value, []);
    assert.deepEqual((await read(serverWith([{ kind: 'ThingList', items: null }]).api)).value, []);
  });

  it('is read again from its start when it expired, and nothing of the first half is kept', async () => {
    const { api, asked } = serverWith([page(['old'], 'x'), expired(), page(['a'], 'y', '8'), page(['b'], undefined, '8')]);
    assert.deepEqual(await read(api), { value: ['a', 'b'], version: '8' });
    assert.equal(asked.length, 4);
  });

  it('is given up when it expires again and again', async () => {
    const { api, asked } = serverWith(Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? page(['a'], 'x') : expired())));
    await assert.rejects(read(api), { name: 'ReadError', reason: 'server-error', message: 'the list expired 4 times while it was read' });
    assert.equal(asked.length, 8);
  });

  const failures: readonly { when: string; answers: readonly (object | Error)[]; error: object }[] = [
    { when: 'its first page has expired, which no token can have', answers: [expired()], error: { name: 'ApiStatusError', status: 410 } },
    {
      when: 'a later page fails',
      answers: [page(['a'], 'x'), new ApiStatusError('', 500, 'no')],
      error: { name: 'ApiStatusError', status: 500 },
    },
    {
      when: 'an answer is another list',
      answers: [{ kind: 'OtherList', items: [] }],
      error: { name: 'ReadError', message: 'the answer is not a ThingList' },
    },
    {
      when: 'a later answer is empty',
      answers: [page(['a'], 'x'), {}],
      error: { name: 'ReadError', message: 'the answer is not a ThingList' },
    },
    { when: 'an object is none', answers: [{ kind: 'ThingList', items: [7] }], error: { name: 'MalformedError' } },
  ];
  const named: readonly { metadata: unknown; message: string }[] = [
    { metadata: { namespace: 'shop', name: 'db-1' }, message: 'a Thing shop/db-1: spec is not a string' },
    { metadata: { name: 'worker-1' }, message: 'a Thing worker-1: spec is not a string' },
    ...[{ namespace: 'shop' }, { namespace: 'shop', name: '' }, { name: 7 }, 7, null].map((metadata) => ({
      metadata,
      message: 'spec is not a string',
    })),
    { metadata: { namespace: 7, name: 'db-1' }, message: 'a Thing db-1: spec is not a string' },
  ];
  for (const { metadata, message } of named) {
    it(`names what is malformed where it has a name: ${JSON.stringify(metadata)}`, async () => {
      const { api } = serverWith([{ kind: 'ThingList', items: [{ spec: 'fine' }, { metadata, spec: 7 }] }]);
      const list = { ...LIST, read: (object: unknown) => stringAt(object, 'spec') };
      await assert.rejects(readPages(api, list, AbortSignal.timeout(1_000)), { name: 'MalformedError', message });
    });
  }

  it('keeps an error of another kind as it is', async () => {
    const list = { ...LIST, read: () => assert.fail('a bug') };
    await assert.rejects(readPages(serverWith([page(['a'])]).api, list, AbortSignal.timeout(1_000)), { message: 'a bug' });
  });

  for (const { when, answers, error } of failures) {
    it(`is no list at all when ${when}`, () => assert.rejects(read(serverWith(answers).api), error));
  }
});
