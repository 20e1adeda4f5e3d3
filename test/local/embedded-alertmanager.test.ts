/** The silences of the embedded Alertmanager, over HTTP as a client of the real one uses them. */
import assert from 'node:assert/strict';
import { createSilences, type Silences } from '../../local/embedded-alertmanager/silences.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { silentLog } from '../helpers/log.ts';

const AT = '2026-11-22T10:00:00.000Z';
const IN_AN_HOUR = '2026-11-22T11:00:00.000Z';
const matcher = (name: string, value: string, more: object = {}) => ({ name, value, isRegex: false, isEqual: true, ...more });
const BODY = { matchers: [matcher('alertname', 'A')], startsAt: AT, endsAt: IN_AN_HOUR, createdBy: 'robin', comment: 'asked for' };

describe('the silences of the embedded Alertmanager', () => {
  let now: Date;
  let silences: Silences;
  let server: Listening;
  beforeEach(async () => {
    now = new Date(AT);
    silences = createSilences({ prefix: '/am', now: () => now });
    server = await listen(silences.routes, { port: 0, log: silentLog });
  });
  afterEach(() => server.close());

  const ask = async (method: string, path: string, body?: object) => {
    const init = { method, ...(body ? { body: JSON.stringify(body) } : {}) };
    const answer = await fetch(`http://localhost:${server.port}/am/api/v2/${path}`, init);
    const text = await answer.text();
    return { status: answer.status, body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text };
  };
  const make = async (more: object = {}) => (await ask('POST', 'silences', { ...BODY, ...more })).body.silenceID as string;

  it('hold from their start to their end', async () => {
    await make({ startsAt: '2026-11-22T10:30:00Z' });
    const states: unknown[] = [];
    for (const time of [AT, '2026-11-22T10:30:00Z', '2026-11-22T10:59:59Z', IN_AN_HOUR]) {
      now = new Date(time);
      const [{ status }] = (await ask('GET', 'silences')).body;
      states.push([status.state, silences.isSilenced({ alertname: 'A' })]);
    }
    assert.deepEqual(states, [
      ['pending', false],
      ['active', true],
      ['active', true],
      ['expired', false],
    ]);
  });

  it('are listed as they were made, and found by the values of their matchers', async () => {
    const id = await make();
    await make({ matchers: [matcher('alertname', 'B')] });
    const [found, ...others] = (await ask('GET', `silences?filter=${encodeURIComponent('alertname="A"')}`)).body;
    assert.deepEqual(found, { ...BODY, id, status: { state: 'active' }, updatedAt: AT });
    assert.equal(others.length, 0);
    assert.equal((await ask('GET', 'silences?filter=alertname=B')).body.length, 1);
    assert.equal((await ask('GET', 'silences')).body.length, 2);
  });

  const about: readonly {
    readonly what: string;
    readonly matchers: readonly object[];
    readonly labels: Record<string, string>;
    readonly is: boolean;
  }[] = [
    { what: 'the same value', matchers: [matcher('a', '1')], labels: { a: '1', b: '2' }, is: true },
    { what: 'another value', matchers: [matcher('a', '1')], labels: { a: '2' }, is: false },
    { what: 'one of two values', matchers: [matcher('a', '1'), matcher('b', '2')], labels: { a: '1' }, is: false },
    { what: 'a label that must not be so', matchers: [matcher('a', '1', { isEqual: false })], labels: { a: '2' }, is: true },
    { what: 'a whole pattern', matchers: [matcher('a', '1|2', { isRegex: true })], labels: { a: '2' }, is: true },
    { what: 'a part of a pattern', matchers: [matcher('a', '1|2', { isRegex: true })], labels: { a: '22' }, is: false },
    { what: 'a matcher without isEqual', matchers: [{ name: 'a', value: '1', isRegex: false }], labels: { a: '1' }, is: true },
  ];
  for (const { what, matchers, labels, is } of about) {
    it(`${is ? 'are' : 'are not'} about ${what}`, async () => {
      await make({ matchers });
      assert.equal(silences.isSilenced(labels), is);
    });
  }

  it('end when somebody ends them, one or all', async () => {
    const id = await make();
    await make({ endsAt: '2026-11-22T12:00:00Z' });
    assert.deepEqual(
      silences.active().map(({ endsAt }) => endsAt.toISOString()),
      [IN_AN_HOUR, '2026-11-22T12:00:00.000Z'],
    );
    assert.equal((await ask('DELETE', `silence/${id}`)).status, 200);
    assert.equal((await ask('DELETE', 'silence/none')).status, 404);
    assert.deepEqual([silences.active().length, silences.expireAll(), silences.active().length], [1, 1, 0]);
  });

  const refused: Readonly<Record<string, object>> = {
    'no matchers': { matchers: [] },
    'a matcher that is none': { matchers: ['a'] },
    'a matcher that does not say what it is': { matchers: [{ name: 'a', value: 'b' }] },
    'no end': { endsAt: undefined },
    'an end that is no time': { endsAt: 'soon' },
    'an end before its start': { endsAt: '2026-11-22T09:00:00Z' },
    'an end in the past': { startsAt: '2026-11-22T08:00:00Z', endsAt: '2026-11-22T09:00:00Z' },
    'nobody who made it': { createdBy: undefined },
  };
  for (const [what, more] of Object.entries(refused)) {
    it(`are not made with ${what}`, async () => {
      assert.equal((await ask('POST', 'silences', { ...BODY, ...more })).status, 400);
      assert.deepEqual((await ask('GET', 'silences')).body, []);
    });
  }

  it('are not listed by a filter that it does not know', async () => {
    assert.equal((await ask('GET', 'silences?filter=alertname=~x')).status, 400);
  });

  it('tell who listens of each change, until they leave', async () => {
    let told = 0;
    const leave = silences.subscribe(() => {
      told += 1;
    });
    await make();
    silences.expireAll();
    leave();
    await make();
    assert.equal(told, 2);
  });
});
