import assert from 'node:assert/strict';
import { createAlertmanager, type Outcome, UndeliveredError } from '../../local/story/alertmanager.ts';
import { type Alert, fingerprint, webhookBody } from '../../local/story/webhook-body.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { silentLog } from '../helpers/log.ts';

const NOW = new Date('2026-11-22T10:00:00.000Z');
const alert = (labels: Record<string, string>, endsAt?: Date): Alert => ({
  labels: { alertname: 'A', namespace: 'n', ...labels },
  annotations: { summary: 'one' },
  startsAt: new Date('2026-11-22T09:00:00.000Z'),
  ...(endsAt ? { endsAt } : {}),
  expression: 'm == 0',
});

describe('the Alertmanager of the story', () => {
  let receiver: Listening;
  let answers: number[];
  const received: { authorization: string | undefined; body: string }[] = [];
  beforeEach(async () => {
    received.length = 0;
    const handle = async ({ headers, body }: { headers: { authorization?: string | undefined }; body: Buffer }) => {
      received.push({ authorization: headers.authorization, body: body.toString() });
      return { status: answers[received.length - 1] ?? 204 };
    };
    receiver = await listen([{ method: 'post', path: '/alerts', handle }], { port: 0, log: silentLog });
  });
  afterEach(() => receiver.close());
  const create = (backOffMs = [1, 1, 1]) =>
    createAlertmanager({ url: `http://localhost:${receiver.port}/alerts`, token: 'right', now: () => NOW, backOffMs });

  const cases: { when: string; answers: number[]; tries: number; outcome: Outcome }[] = [
    { when: 'it is taken', answers: [204], tries: 1, outcome: { kind: 'delivered', status: 204, tries: 1 } },
    { when: 'it is taken late', answers: [503, 500, 200], tries: 3, outcome: { kind: 'delivered', status: 200, tries: 3 } },
    {
      when: 'it is never taken',
      answers: [503, 503, 503, 503, 503],
      tries: 4,
      outcome: { kind: 'gave-up', because: 'the receiver answered 503', tries: 4 },
    },
    {
      when: 'it is wrong for ever',
      answers: [400],
      tries: 1,
      outcome: { kind: 'gave-up', because: 'the receiver answered 400', tries: 1 },
    },
    {
      when: 'it is not let in',
      answers: [401],
      tries: 1,
      outcome: { kind: 'gave-up', because: 'the receiver answered 401', tries: 1 },
    },
  ];
  for (const { when, answers: given, tries, outcome } of cases) {
    it(`sends the same ${tries === 1 ? 'once' : `${tries} times`} when ${when}`, async () => {
      answers = given;
      const alertmanager = create();
      const seen: string[] = [];
      alertmanager.subscribe(() => seen.push(alertmanager.lastOutcome().kind));
      const delivery = alertmanager.deliver([alert({})]);
      if (outcome.kind === 'delivered') await delivery;
      else await assert.rejects(delivery, /gave up/);
      assert.deepEqual(alertmanager.lastOutcome(), outcome);
      assert.deepEqual(seen, [...Array(tries - 1).fill('trying-again'), outcome.kind]);
      assert.equal(received.length, tries);
      assert.equal(new Set(received.map(({ body }) => body)).size, 1);
      assert.ok(received.every(({ authorization }) => authorization === 'Bearer right'));
    });
  }

  it('delivers in order, however long the first takes', async () => {
    answers = [503, 204, 204];
    const alertmanager = create();
    await Promise.all([alertmanager.deliver([alert({ pod: 'first' })]), alertmanager.deliver([alert({ pod: 'second' })])]);
    const pods = received.map(({ body }) => JSON.parse(body).commonLabels.pod);
    assert.deepEqual(pods, ['first', 'first', 'second']);
  });

  const said = () => received.map(({ body }) => `${JSON.parse(body).status} ${JSON.parse(body).commonLabels.pod}`);
  const refusedAll = (count: number) => Array<number>(count).fill(503);

  it('delivers again what nobody took, at its next interval and until somebody takes it', async () => {
    answers = [...refusedAll(2), 204];
    const alertmanager = create([]);
    await assert.rejects(alertmanager.deliver([alert({ pod: 'a' })]), UndeliveredError);
    await assert.rejects(alertmanager.deliverAgain(), UndeliveredError);
    await alertmanager.deliverAgain();
    await alertmanager.deliverAgain();
    assert.deepEqual(said(), ['firing a', 'firing a', 'firing a']);
    assert.deepEqual(alertmanager.lastOutcome(), { kind: 'delivered', status: 204, tries: 1 });
  });

  const firsts = [
    { what: 'nor what was before it', first: 503 },
    { what: 'although what was before it was', first: 204 },
  ];
  for (const { what, first } of firsts) {
    it(`delivers the newest state again, once, when it was not taken, ${what}`, async () => {
      answers = [first, 503];
      const alertmanager = create([]);
      const deliveries = [alertmanager.deliver([alert({ pod: 'a' })]), alertmanager.deliver([alert({ pod: 'a' }, NOW)])];
      await Promise.allSettled(deliveries);
      for (const _ of deliveries) await alertmanager.deliverAgain();
      assert.deepEqual(said(), ['firing a', 'resolved a', 'resolved a']);
    });
  }

  it('delivers nothing again that a newer state replaced', async () => {
    answers = refusedAll(1);
    const alertmanager = create([]);
    await assert.rejects(alertmanager.deliver([alert({ pod: 'a' })]));
    await alertmanager.deliver([alert({ pod: 'a' }, NOW)]);
    await alertmanager.deliverAgain();
    assert.deepEqual(said(), ['firing a', 'resolved a']);
  });

  /** A delivery that waits for a try which is an hour away. */
  const waiting = async () => {
    answers = refusedAll(1);
    const alertmanager = create([3_600_000, 1, 1]);
    const pausing = new Promise<void>((resolve) => alertmanager.subscribe(resolve));
    const delivery = alertmanager.deliver([alert({ pod: 'a' })]);
    await pausing;
    return { alertmanager, delivery };
  };

  it('ends the pause between two tries when its interval is over, and delivers once', async () => {
    const { alertmanager, delivery } = await waiting();
    await Promise.all([alertmanager.deliverAgain(), delivery]);
    assert.deepEqual(said(), ['firing a', 'firing a']);
  });

  it('makes one last try when it is stopped', async () => {
    const { alertmanager, delivery } = await waiting();
    answers = refusedAll(9);
    alertmanager.stop();
    await assert.rejects(delivery, UndeliveredError);
    assert.equal(received.length, 2);
  });

  describe('while a pod is silenced', () => {
    let isSilenced: boolean;
    const silencing = () => {
      isSilenced = true;
      answers = [];
      const options = { url: `http://localhost:${receiver.port}/alerts`, token: '', now: () => NOW, backOffMs: [] };
      return createAlertmanager({ ...options, isSilenced: ({ pod }) => isSilenced && pod === 'quiet' });
    };

    it('delivers nothing of it, and says so', async () => {
      const alertmanager = silencing();
      await alertmanager.deliver([alert({ pod: 'quiet' })]);
      assert.deepEqual([received.length, alertmanager.lastOutcome()], [0, { kind: 'silenced' }]);
    });

    it('delivers the others of its group, and all that fire once it is over', async () => {
      const alertmanager = silencing();
      await alertmanager.deliver([alert({ pod: 'quiet' }), alert({ pod: 'loud' })]);
      isSilenced = false;
      await alertmanager.deliverAgain();
      await alertmanager.deliverAgain();
      const pods = received.map(({ body }) => JSON.parse(body).alerts.map(({ labels }: { labels: { pod: string } }) => labels.pod));
      assert.deepEqual(pods, [['loud'], ['quiet', 'loud']]);
    });

    it('never tells of what ended meanwhile', async () => {
      const alertmanager = silencing();
      await alertmanager.deliver([alert({ pod: 'quiet' })]);
      await alertmanager.deliver([alert({ pod: 'quiet' }, NOW)]);
      isSilenced = false;
      await alertmanager.deliverAgain();
      assert.equal(received.length, 0);
    });
  });

  it('tries again when nobody listens', async () => {
    const alertmanager = createAlertmanager({ url: `http://localhost:${receiver.port}/alerts`, token: '', now: () => NOW, backOffMs: [1] });
    await receiver.close();
    await assert.rejects(alertmanager.deliver([alert({})]), /gave up after 2 tries/);
    receiver = await listen([], { port: 0, log: silentLog });
  });
});

describe('a webhook body', () => {
  it('is worded as Alertmanager words it', () => {
    assert.deepEqual(webhookBody([alert({ pod: 'p' })], NOW), {
      receiver: 'archwatch',
      status: 'firing',
      alerts: [
        {
          status: 'firing',
          labels: { alertname: 'A', namespace: 'n', pod: 'p' },
          annotations: { summary: 'one' },
          startsAt: '2026-11-22T09:00:00.000Z',
          endsAt: '0001-01-01T00:00:00Z',
          generatorURL: 'https://console-openshift-console.apps.example.org/monitoring/graph?g0.expr=m+%3D%3D+0&g0.tab=1',
          fingerprint: fingerprint({ alertname: 'A', namespace: 'n', pod: 'p' }),
        },
      ],
      groupLabels: { alertname: 'A', namespace: 'n' },
      commonLabels: { alertname: 'A', namespace: 'n', pod: 'p' },
      commonAnnotations: { summary: 'one' },
      externalURL: 'https://console-openshift-console.apps.example.org/monitoring',
      version: '4',
      groupKey: '{}/{alertname=~"HCOMultiArch.*|HCOGoldenImage.*"}:{alertname="A", namespace="n"}',
      truncatedAlerts: 0,
    });
  });

  const states = [
    { ends: [undefined, NOW], status: 'firing' },
    { ends: [NOW, NOW], status: 'resolved' },
    { ends: [new Date(NOW.getTime() + 1)], status: 'firing' },
  ];
  for (const { ends, status } of states) {
    it(`is ${status} when its alerts end at ${ends.map((end) => end?.toISOString() ?? 'no time').join(' and ')}`, () => {
      const body: { status?: string } = webhookBody(
        ends.map((end, index) => alert({ pod: String(index) }, end)),
        NOW,
      );
      assert.equal(body.status, status);
    });
  }

  it('has a fingerprint of the labels alone, in any order', () => {
    assert.equal(fingerprint({ a: '1', b: '2' }), fingerprint({ b: '2', a: '1' }));
    assert.notEqual(fingerprint({ a: '1', b: '2' }), fingerprint({ a: '1', b: '3' }));
    assert.notEqual(fingerprint({ a: 'bc' }), fingerprint({ ab: 'c' }));
    // The value that FNV-1a begins with.
    assert.equal(fingerprint({}), 'cbf29ce484222325');
  });
});
