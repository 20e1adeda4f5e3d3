import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { type AlertmanagerApiOptions, createAlertmanagerApi } from '../../../shared/alertmanager/api.ts';
import { type Answering, CERTIFICATE, type ListingAlertmanager, listedAlert, startListing } from '../../helpers/alertmanager-api.ts';

const NAME = 'HCOMultiArchGoldenImagesDisabled';
const ALERT = listedAlert({ alertname: NAME });

describe('the list of alerts of an Alertmanager', () => {
  let running: ListingAlertmanager | undefined;
  afterEach(() => running?.close());
  const start = async (answers: readonly object[] | Answering, tls = false) => {
    running = await startListing(answers, { tls });
    return running;
  };
  const ask = (changes: Partial<AlertmanagerApiOptions> = {}) =>
    createAlertmanagerApi({ url: running?.url ?? '', token: undefined, caFile: undefined, ...changes }).alerts([NAME, 'Other']);
  const answering =
    (status: number, body: string, headers = {}): Answering =>
    (_request, response) =>
      void response.writeHead(status, headers).end(body);

  it('is read as alerts that fire', async () => {
    await start([ALERT]);
    assert.deepEqual(await ask(), [
      {
        status: 'firing',
        suppressed: false,
        labels: { alertname: NAME },
        annotations: { runbook_url: 'https://example.org/runbook' },
        startsAt: '2026-11-22T09:00:00.000Z',
        endsAt: undefined,
        generatorUrl: 'https://prometheus.example.org/graph',
        fingerprint: 'f6c173e616a9926c',
      },
    ]);
  });

  for (const { state, suppressed } of [
    { state: 'active', suppressed: false },
    { state: 'unprocessed', suppressed: false },
    { state: 'suppressed', suppressed: true },
  ]) {
    it(`has an alert that is ${state} as ${suppressed ? 'suppressed' : 'firing'}`, async () => {
      await start([listedAlert({}, { status: { state } })]);
      assert.deepEqual(
        (await ask()).map((alert) => alert.suppressed),
        [suppressed],
      );
    });
  }

  it('is asked for by name, silenced ones included, below the path that the address has', async () => {
    const { url, asked } = await start([]);
    await ask({ url: `${url}/alertmanager/` });
    const [request] = asked;
    assert.equal(request?.path, '/alertmanager/api/v2/alerts');
    assert.deepEqual(Object.fromEntries(request.query), {
      active: 'true',
      silenced: 'true',
      inhibited: 'true',
      filter: `alertname=~"${NAME}|Other"`,
    });
    assert.equal(request.authorization, undefined);
  });

  it('is asked for with the token of now', async () => {
    const { asked } = await start([]);
    const tokens = ['one', 'two'];
    const { alerts } = createAlertmanagerApi({ url: running?.url ?? '', caFile: undefined, token: async () => tokens.shift() ?? '' });
    await alerts([NAME]);
    await alerts([NAME]);
    assert.deepEqual(
      asked.map(({ authorization }) => authorization),
      ['Bearer one', 'Bearer two'],
    );
  });

  it('is read over TLS where the CA is given', async () => {
    await start([ALERT], true);
    assert.equal((await ask({ caFile: CERTIFICATE })).length, 1);
    await assert.rejects(ask(), /cannot read the alerts at https:\/\/localhost:\d+\/api\/v2\/alerts: self-signed certificate/);
  });

  const failures: readonly {
    rule: string;
    answers: readonly object[] | Answering;
    changes?: Partial<AlertmanagerApiOptions>;
    says: RegExp;
  }[] = [
    { rule: 'another status', answers: answering(404, 'no\n'), says: /: it answered 404: no$/ },
    { rule: 'controls in what it says', answers: answering(500, 'a\u001b[31m\u202eb'), says: /: it answered 500: a\uFFFD\[31m\uFFFDb$/ },
    { rule: 'a redirect, which is not followed', answers: answering(302, '', { location: '/elsewhere' }), says: /: it answered 302$/ },
    { rule: 'no JSON', answers: answering(200, '<html>'), says: /: the answer is not JSON$/ },
    { rule: 'controls in what it lists', answers: answering(200, '"a\u009b\u202eb"'), says: /the answer is "a\uFFFD\uFFFDb", not a list$/ },
    { rule: 'no list', answers: answering(200, '{}'), says: /the answer is an object, not a list/ },
    { rule: 'an item that is no alert', answers: answering(200, '[7]'), says: /\[0\] is 7, not an object/ },
    { rule: 'an alert with labels of another kind', answers: [listedAlert({}, { labels: { a: 1 } })], says: /\[0\]\.labels\["a"\] is 1/ },
    { rule: 'no answer in time', answers: () => {}, changes: { timeMs: 50 }, says: /: no answer within 50 ms$/ },
    {
      rule: 'an answer that never ends',
      answers: (_request, response) => void response.write('['),
      changes: { timeMs: 50 },
      says: /: no answer within 50 ms$/,
    },
    { rule: 'an answer that is too large', answers: answering(200, ' '.repeat(6 * 1024 * 1024)), says: /larger than 5242880 bytes/ },
    {
      rule: 'a token that cannot be read',
      answers: [],
      changes: { token: () => Promise.reject(new Error('no token')) },
      says: /: no token$/,
    },
    { rule: 'a CA file that cannot be read', answers: [], changes: { caFile: '/missing' }, says: /ENOENT.*\/missing/ },
  ];
  for (const { rule, answers, changes = {}, says } of failures) {
    it(`is no list with ${rule}, and the error says so`, async () => {
      await start(answers);
      await assert.rejects(ask(changes), says);
    });
  }

  for (const status of [401, 403]) {
    it(`is no list with ${status}, and what was said to that stays out of the error`, async () => {
      await start(answering(status, 'you sent a secret'));
      await assert.rejects(ask(), { message: `cannot read the alerts at ${running?.url}/api/v2/alerts: it answered ${status}` });
    });
  }

  const SECRET = 'sha256~4815162342';
  const echoes: readonly { readonly status: number; readonly wrap: (header: string) => string }[] = [
    { status: 401, wrap: (header) => header },
    { status: 500, wrap: (header) => `no route for ${header}` },
    { status: 500, wrap: (header) => `${'x'.repeat(185)}${header}` },
    { status: 200, wrap: (header) => header.slice('Bearer '.length) },
    { status: 200, wrap: (header) => JSON.stringify(header) },
    { status: 200, wrap: (header) => JSON.stringify([{ labels: { [`${'x'.repeat(20)}${header}`]: 1 } }]) },
  ];
  for (const { status, wrap } of echoes) {
    it(`never shows any of the token to whom it is sent back: ${status} ${wrap('…').slice(0, 40)}`, async () => {
      await start((request, response) => void response.writeHead(status).end(wrap(request.headers.authorization ?? '')));
      await assert.rejects(ask({ token: async () => SECRET }), (error: Error) => !inspect(error).includes(SECRET.slice(0, 4)));
    });
  }

  it('is no list where nobody listens', async () => {
    const { url, close } = await start([]);
    await close();
    running = undefined;
    await assert.rejects(ask({ url }), /ECONNREFUSED/);
  });

  it('never shows a password that stands in the address', async () => {
    const { url } = await start(answering(500, ''));
    await assert.rejects(ask({ url: url.replace('//', '//me:secret@') }), (error: Error) => !error.message.includes('secret'));
  });
});
