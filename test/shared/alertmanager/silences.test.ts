import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { createMakeSilence, type Matchers } from '../../../shared/alertmanager/silences.ts';

const NAME = 'HCOMultiArchGoldenImagesDisabled';
const START = new Date('2026-11-22T10:00:00Z');
const hours = (number: number) => new Date(START.getTime() + number * 3_600_000);
const exact = (matchers: Matchers) => Object.entries(matchers).map(([name, value]) => ({ name, value, isRegex: false, isEqual: true }));

/** A silence as the API lists it (`gettableSilence`). */
function listed(changes: object = {}): object {
  return {
    id: 'old',
    status: { state: 'active' },
    matchers: exact({ alertname: NAME }),
    startsAt: START.toISOString(),
    endsAt: hours(4).toISOString(),
    createdBy: 'somebody',
    comment: 'by hand',
    updatedAt: START.toISOString(),
    ...changes,
  };
}

interface Asked {
  readonly method: string | undefined;
  readonly path: string;
  readonly filter: string | null;
  readonly authorization: string | undefined;
  readonly body: string;
}

describe('a silence in Alertmanager', () => {
  const asked: Asked[] = [];
  let answers: (asked: Asked) => { readonly status: number; readonly body: string };
  let url = '';
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const { method } = request;
    const one = {
      method,
      path: pathname,
      filter: searchParams.get('filter'),
      authorization: request.headers.authorization,
      body: await text(request),
    };
    asked.push(one);
    const { status, body } = answers(one);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, () => resolve()));
    url = `http://localhost:${(server.address() as AddressInfo).port}`;
  });
  after(() => void server.close());
  beforeEach(() => void asked.splice(0));

  const listing = (silences: readonly object[], made: object = { silenceID: 'new' }) => {
    answers = ({ method }) => ({ status: 200, body: JSON.stringify(method === 'GET' ? silences : made) });
  };
  const wish = (number: number, matchers: Matchers = { alertname: NAME }) => {
    const make = createMakeSilence({ url: `${url}/am/`, token: async () => 'secret-token', caFile: undefined });
    return make({ matchers, startsAt: START, endsAt: hours(number), createdBy: 'alice (U0ALICE)', comment: 'archwatch of prod' });
  };

  it('is made where there is none: what it matches, from when to when, by whom and why', async () => {
    listing([]);
    const matchers = { alertname: NAME, cluster: 'prod' };
    assert.deepEqual(await wish(4, matchers), { id: 'new', endsAt: hours(4).toISOString(), isOld: false });
    const [look, made] = asked;
    assert.deepEqual([look?.method, look?.path, look?.filter], ['GET', '/am/api/v2/silences', `alertname="${NAME}"`]);
    assert.deepEqual([made?.method, made?.path, made?.authorization], ['POST', '/am/api/v2/silences', 'Bearer secret-token']);
    assert.deepEqual(JSON.parse(made?.body ?? ''), {
      matchers: exact(matchers),
      startsAt: START.toISOString(),
      endsAt: hours(4).toISOString(),
      createdBy: 'alice (U0ALICE)',
      comment: 'archwatch of prod',
    });
  });

  const same = { id: 'old', endsAt: hours(4).toISOString(), isOld: true };
  const found: readonly { rule: string; silences: readonly object[]; ends: number; is: object | undefined }[] = [
    { rule: 'one of the same matchers lasts as long', silences: [listed()], ends: 4, is: same },
    { rule: 'one lasts longer', silences: [listed()], ends: 1, is: same },
    { rule: 'one ends a moment earlier, as after a second click', silences: [listed()], ends: 4 + 0.9 / 60, is: same },
    {
      rule: 'several last long enough: the longest',
      silences: [listed({ id: 'short', endsAt: hours(2).toISOString() }), listed()],
      ends: 1,
      is: same,
    },
    { rule: 'the one that is there ends earlier', silences: [listed()], ends: 5, is: undefined },
    { rule: 'the one that is there has expired', silences: [listed({ status: { state: 'expired' } })], ends: 4, is: undefined },
    { rule: 'the one that is there has not begun', silences: [listed({ status: { state: 'pending' } })], ends: 4, is: undefined },
    {
      rule: 'another matches fewer alerts',
      silences: [listed({ matchers: exact({ alertname: NAME, pod: 'a' }) })],
      ends: 4,
      is: undefined,
    },
    { rule: 'another is of another alert', silences: [listed({ matchers: exact({ alertname: 'Other' }) })], ends: 4, is: undefined },
    {
      rule: 'another is a pattern',
      silences: [listed({ matchers: [{ name: 'alertname', value: NAME, isRegex: true, isEqual: true }] })],
      ends: 4,
      is: undefined,
    },
    {
      rule: 'another is of all but this',
      silences: [listed({ matchers: [{ name: 'alertname', value: NAME, isRegex: false, isEqual: false }] })],
      ends: 4,
      is: undefined,
    },
    {
      rule: 'another can match nothing',
      silences: [listed({ matchers: [...exact({ alertname: 'Other' }), ...exact({ alertname: NAME })] })],
      ends: 4,
      is: undefined,
    },
  ];
  for (const { rule, silences, ends, is } of found) {
    it(`is ${is ? 'not made' : 'made'} where ${rule}`, async () => {
      listing(silences);
      const { id, isOld, endsAt } = await wish(ends);
      if (is) assert.deepEqual({ id, isOld, endsAt }, is);
      assert.deepEqual([id, asked.filter(({ method }) => method === 'POST').length], is ? ['old', 0] : ['new', 1]);
    });
  }

  const failures: readonly { rule: string; answers: typeof answers; says: RegExp }[] = [
    {
      rule: 'it answers 500 to the list',
      answers: () => ({ status: 500, body: 'down' }),
      says: /^cannot silence at http:.*\/am\/api\/v2\/silences: it answered 500: down$/,
    },
    { rule: 'it lets nobody in', answers: () => ({ status: 403, body: 'secret-token' }), says: /: it answered 403$/ },
    {
      rule: 'it refuses the silence',
      answers: ({ method }) => (method === 'GET' ? { status: 200, body: '[]' } : { status: 400, body: '"bad matchers"' }),
      says: /it answered 400: "bad matchers"/,
    },
    {
      rule: 'it names no silence',
      answers: ({ method }) => ({ status: 200, body: method === 'GET' ? '[]' : '{}' }),
      says: /silenceID is missing/,
    },
    { rule: 'the list is none', answers: () => ({ status: 200, body: '{}' }), says: /the answer is an object, not a list/ },
    {
      rule: 'an item is none',
      answers: () => ({ status: 200, body: '[{"id":"a","endsAt":"never"}]' }),
      says: /\[0\]\.endsAt is "never", not a time/,
    },
    {
      rule: 'matchers are none',
      answers: () => ({ status: 200, body: JSON.stringify([listed({ matchers: 7 })]) }),
      says: /\[0\]\.matchers is 7/,
    },
    { rule: 'the answer holds the token', answers: () => ({ status: 500, body: 'for secret-token' }), says: /: for \[token\]$/ },
  ];
  for (const { rule, answers: given, says } of failures) {
    it(`is not made where ${rule}, and the error says so without the token`, async () => {
      answers = given;
      await assert.rejects(wish(4), (error: Error) => says.test(error.message) && !inspect(error).includes('secret-token'));
    });
  }
});
