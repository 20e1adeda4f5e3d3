import assert from 'node:assert/strict';
import { attempt } from '../../local/eventing/attempt.ts';
import { type Broker, createBroker } from '../../local/eventing/broker.ts';
import { startApiServerSource, type WatchedObject } from '../../local/eventing/source.ts';
import { type EventRequest, hourPassed } from '../../local/story/node-event.ts';
import { listen } from '../../shared/http/listen.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import type { Listening } from '../../shared/http/server.ts';
import { capturedEvent } from '../helpers/events.ts';
import { silentLog } from '../helpers/log.ts';

const NOW = new Date('2026-11-22T10:00:00Z');

describe('the source of the demo', () => {
  const node = (name: string, resourceVersion: string): WatchedObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, uid: `uid-${name}`, resourceVersion },
  });
  let objects: readonly WatchedObject[] | undefined;
  let sent: EventRequest[];
  let change: () => void;
  beforeEach(() => {
    objects = [node('a', '9')];
    sent = [];
    startApiServerSource({
      objects: () => objects,
      subscribe: (listener) => {
        change = listener;
        return () => undefined;
      },
      cluster: 'demo',
      send: (event) => void sent.push(event),
      now: () => NOW,
    });
  });
  const set = (next: readonly WatchedObject[] | undefined) => {
    objects = next;
    change();
  };
  const said = () =>
    sent.map(
      ({ headers, body }) => `${headers['ce-type']?.split('.').at(-1)} ${headers['ce-name']} ${JSON.parse(body).metadata.resourceVersion}`,
    );

  it('never tells of what was there before it', () => {
    set([node('a', '9')]);
    assert.deepEqual(said(), []);
  });

  it('tells of what is added and updated, in the order of the list', () => {
    set([node('a', '11'), node('b', '10')]);
    assert.deepEqual(said(), ['update a 11', 'add b 10']);
  });

  it('gives a deletion the object as it was last, with a version no older than that of the deletion', () => {
    set([node('b', '10')]);
    assert.deepEqual(said(), ['add b 10', 'delete a 10']);
    set([]);
    assert.equal(said().at(-1), 'delete b 10');
  });

  it('tells of an object that was made anew under the same name as of two', () => {
    set([{ ...node('a', '12'), metadata: { name: 'a', uid: 'another', resourceVersion: '12' } }]);
    assert.deepEqual(said(), ['add a 12', 'delete a 12']);
  });

  it('goes on where it was when the API server did not answer for a while', () => {
    set(undefined);
    set([node('a', '9'), node('b', '10')]);
    assert.deepEqual(said(), ['add b 10']);
  });

  it('sends the headers that the adapter sends, with the name of the cluster', () => {
    set([node('a', '10')]);
    const captured = Object.keys(capturedEvent('node-update').headers).filter((name) => /^(ce-|content-type|kn-)/.test(name));
    assert.deepEqual(
      Object.keys(sent[0]?.headers ?? {})
        .filter((name) => name !== 'user-agent')
        .sort(),
      captured.sort(),
    );
    assert.equal(sent[0]?.headers['ce-cluster'], 'demo');
  });
});

describe('the broker of the demo', () => {
  let server: Listening;
  let url: string;
  let answers: HttpAnswer[];
  let letters: HttpAnswer[];
  let asked: HttpRequest[];
  let dead: HttpRequest[];
  const brokers: Broker[] = [];
  const route = (path: string, keep: () => HttpRequest[], next: () => HttpAnswer | undefined) => ({
    method: 'post' as const,
    path,
    handle: async (request: HttpRequest) => {
      keep().push(request);
      return next() ?? { status: 202 };
    },
  });
  before(async () => {
    const routes = [
      route(
        '/events',
        () => asked,
        () => answers.shift(),
      ),
      route(
        '/dead',
        () => dead,
        () => letters.shift(),
      ),
    ];
    server = await listen(routes, { port: 0, log: silentLog });
    url = `http://localhost:${server.port}`;
  });
  beforeEach(() => {
    [answers, letters, asked, dead] = [[], [], [], []];
  });
  afterEach(() => {
    for (const broker of brokers.splice(0)) broker.stop();
  });
  after(() => server.close());

  const event = hourPassed({ cluster: 'demo', at: NOW });
  const create = (pausesMs: readonly number[] = [1, 1], accepts: (type: string) => boolean = () => true) => {
    const broker = createBroker({ triggers: [{ subscriber: `${url}/events`, accepts }], deadLetterSink: `${url}/dead`, pausesMs });
    brokers.push(broker);
    return broker;
  };
  const refused = (count: number, status = 503): HttpAnswer[] => Array.from({ length: count }, () => ({ status, body: 'unavailable' }));

  it('delivers an event once where it is taken', async () => {
    const broker = create();
    const [delivered] = await broker.deliver(event);
    assert.deepEqual([delivered?.to, asked.length, dead.length], ['subscriber', 1, 0]);
    assert.deepEqual([asked[0]?.headers['ce-id'], asked[0]?.body.toString()], [event.headers['ce-id'], event.body]);
    assert.deepEqual(broker.counts(), { taken: 1, onTheWay: 0, deadLetters: 0, lost: 0 });
  });

  const retries = [
    { answer: 503, attempts: 3 },
    { answer: 500, attempts: 3 },
    { answer: 404, attempts: 3 },
    { answer: 429, attempts: 3 },
    { answer: 400, attempts: 1 },
    { answer: 401, attempts: 1 },
    { answer: 413, attempts: 1 },
  ];
  for (const { answer, attempts } of retries) {
    it(`makes ${attempts} of 3 attempts where the answer is ${answer}, then gives the event to the dead letters`, async () => {
      answers = refused(9, answer);
      const [delivered] = await create().deliver(event);
      assert.deepEqual([delivered?.to, asked.length, dead.length], ['dead-letter-sink', attempts, 1]);
      const { headers = {}, body } = dead[0] ?? {};
      assert.equal(headers['ce-knativeerrordest'], `${url}/events`);
      assert.equal(headers['ce-knativeerrorcode'], String(answer));
      assert.equal(Buffer.from(String(headers['ce-knativeerrordata']), 'base64').toString(), 'unavailable');
      assert.deepEqual([headers['ce-id'], body?.toString()], [event.headers['ce-id'], event.body]);
    });
  }

  it('takes a body that is no event for a failure', async () => {
    answers = [{ status: 200, body: '{"ok":true}' }];
    await create().deliver(event);
    assert.equal(asked.length, 2);
  });

  it('tries again where nobody listens, and says of the dead letter no status', async () => {
    const broker = createBroker({
      triggers: [{ subscriber: 'http://localhost:1/events', accepts: () => true }],
      deadLetterSink: `${url}/dead`,
      pausesMs: [1],
    });
    const [delivered] = await broker.deliver(event);
    assert.equal(delivered?.to, 'dead-letter-sink');
    assert.equal(dead[0]?.headers['ce-knativeerrorcode'], undefined);
  });

  it('loses what the dead letters do not take either, and counts it', async () => {
    answers = refused(9);
    letters = refused(9);
    const broker = create();
    const [delivered] = await broker.deliver(event);
    assert.equal(delivered?.to, 'lost');
    assert.deepEqual(broker.counts(), { taken: 0, onTheWay: 0, deadLetters: 0, lost: 1 });
  });

  it('sends an event to those only who want its type', async () => {
    assert.deepEqual(await create([], (type) => type === 'other').deliver(event), []);
    assert.equal(asked.length, 0);
  });

  it('is idle when nothing is on the way, and tells of each change', async () => {
    const broker = create();
    await broker.idle();
    const seen: number[] = [];
    const leave = broker.subscribe(() => seen.push(broker.counts().onTheWay));
    void broker.deliver(event);
    void broker.deliver(event);
    await broker.idle();
    assert.deepEqual(seen, [1, 2, 1, 0]);
    leave();
    await broker.deliver(event);
    assert.equal(seen.length, 4);
  });

  it('ends its pauses and attempts when it is stopped', async () => {
    answers = refused(9);
    const broker = create([3_600_000]);
    const delivering = broker.deliver(event);
    while (asked.length === 0) await new Promise((resolve) => setImmediate(resolve));
    broker.stop();
    assert.equal((await delivering)[0]?.to, 'lost');
  });
});

describe('an attempt', () => {
  it('never throws: where there is no answer, it says why', async () => {
    const { status, error } = await attempt('http://localhost:1/', hourPassed({ cluster: '', at: NOW }), new AbortController().signal);
    assert.equal(status, undefined);
    assert.match(error ?? '', /fetch failed/);
  });
});
