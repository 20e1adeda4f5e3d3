import assert from 'node:assert/strict';
import { request } from 'node:http';
import fc from 'fast-check';
import { createNodeEventsHandler, type NodeEventsHandlerDependencies } from '../../../functions/node-events/handler.ts';
import type { EventRequest } from '../../../local/story/node-event.ts';
import type { ListVersions } from '../../../shared/golden-images/snapshot.ts';
import { listen } from '../../../shared/http/listen.ts';
import type { Route } from '../../../shared/http/route.ts';
import type { Listening } from '../../../shared/http/server.ts';
import type { RecordedLook } from '../../../shared/incidents/incident.ts';
import type { Signal } from '../../../shared/look-again/signal.ts';
import { metricsPage } from '../../../shared/metrics.ts';
import { clusterName } from '../../../shared/settings.ts';
import { currentTrace } from '../../../shared/tracing.ts';
import {
  batchOf,
  CAPTURED,
  capturedEvent,
  eventOf,
  headerText,
  nodeObject,
  overHttp,
  percentEncoded,
  pingEvent,
  received,
  structured,
} from '../../helpers/events.ts';
import { recordingLog } from '../../helpers/log.ts';
import { heldBytes } from '../../helpers/memory.ts';

const CLUSTER = { name: 'prod-eu-1', id: '7c1f9f3e' };
const VERDICTS = { HCOMultiArchGoldenImagesDisabled: 'early-warning' } as const;
const SIGNAL: Signal = new Map([['HCOMultiArchGoldenImagesDisabled', { heardAt: 'x', groupKey: 'pulled', truncated: false, series: [] }]]);

describe('POST /events', () => {
  let server: Listening;
  let route: Route;
  let log: ReturnType<typeof recordingLog>;
  let looks: { readonly signal: Signal; readonly tidy: boolean | undefined }[];
  let record: RecordedLook | undefined;
  let versions: ListVersions;
  let failures: Error[];
  let time: number;
  let pauses: number[];

  const start = async (more: Partial<NodeEventsHandlerDependencies> = {}) => {
    log = recordingLog();
    route = createNodeEventsHandler({
      looking: {
        lookAgain: async (signal, options) => {
          looks.push({ signal, tidy: options?.tidy });
          const failure = failures.shift();
          if (failure) throw failure;
          record = { takenAt: new Date(time).toISOString(), versions };
          return { look: record, verdicts: VERDICTS };
        },
        recordedLook: async () => record,
      },
      cluster: CLUSTER,
      now: () => new Date(time),
      pause: async (ms) => {
        pauses.push(ms);
        time += ms;
      },
      ...more,
    });
    server = await listen([route], { port: 0, log });
  };
  beforeEach(() => {
    looks = [];
    record = undefined;
    versions = { nodes: '1000', hyperConverged: '1000' };
    failures = [];
    time = Date.UTC(2026, 10, 22, 17);
    pauses = [];
  });
  afterEach(() => server.close());

  const post = ({ headers, body }: EventRequest) => send(server.port, headers, body);
  const accepted = async (event: EventRequest) => assert.deepEqual(await post(event), { status: 202, text: '', type: undefined });
  const became = () =>
    log.lines.flatMap(({ fields }) => ('events' in fields ? (fields.events as { became: string }[]).map((one) => one.became) : []));

  it('takes the captured events as they are, and looks once for all that the look has seen', async () => {
    await start();
    for (const name of CAPTURED) await accepted(capturedEvent(name));
    assert.equal(looks.length, 1);
    assert.deepEqual(looks, [{ signal: new Map(), tidy: false }]);
    assert.deepEqual(became(), ['looked', 'covered', 'covered', 'covered']);
  });

  it('takes structured events and batches; one look covers all of a batch', async () => {
    await start();
    const events = [1, 2, 3].map((number) => eventOf('add', nodeObject({ name: `worker-${number}`, version: 1_000 + number })));
    versions = { nodes: '1003', hyperConverged: '7' };
    await accepted(batchOf([...events, pingEvent()]));
    await accepted(structured(eventOf('add', nodeObject({ version: 1_003 }))));
    assert.deepEqual(became(), ['looked', 'looked', 'looked', 'ping', 'covered']);
    assert.deepEqual(looks, [{ signal: new Map(), tidy: true }]);
  });

  it('answers an update that changes nothing that matters, and an event that is sent again, without a look', async () => {
    await start();
    versions = { nodes: '5', hyperConverged: '5' };
    await accepted(eventOf('add', nodeObject({ version: 5 })));
    versions = { nodes: '9', hyperConverged: '5' };
    await accepted(eventOf('update', nodeObject({ version: 6 })));
    await accepted(eventOf('update', nodeObject({ version: 6 })));
    await accepted(eventOf('update', nodeObject({ version: 7, labels: {} })));
    assert.deepEqual(became(), ['looked', 'irrelevant', 'irrelevant', 'looked']);
    assert.deepEqual(pauses, [5_000]);
  });

  it('wakes a look for a node that has no architecture yet, and for the update that brings it', async () => {
    await start();
    versions = { nodes: '5', hyperConverged: '5' };
    await accepted(eventOf('add', nodeObject({ version: 5, architecture: '' })));
    versions = { nodes: '6', hyperConverged: '5' };
    await accepted(eventOf('update', nodeObject({ version: 6, architecture: 'arm64' })));
    assert.equal(looks.length, 2);
  });

  it('answers 503 with one word when the look fails, and looks again when the event is sent again', async () => {
    await start();
    failures.push(new Error('Slack said something secret'));
    const event = eventOf('add', nodeObject({ version: 5 }));
    assert.deepEqual(await post(event), { status: 503, text: 'unavailable', type: 'text/plain; charset=utf-8' });
    await accepted(event);
    await accepted(event);
    assert.equal(looks.length, 2);
    assert.deepEqual(became(), ['failed', 'looked', 'irrelevant']);
  });

  it('looks again for an event whose data cannot be read', async () => {
    await start();
    const { headers } = eventOf('add', nodeObject());
    await accepted({ headers, body: '{"kind":"Node",' });
    assert.equal(looks.length, 1);
  });

  it('takes a node of 1.5 MB, and refuses a body above 2 MiB', async () => {
    await start();
    const sized = (bytes: number) => {
      const node = nodeObject({ version: 5 });
      return eventOf('add', { ...node, metadata: { ...node.metadata, managedFields: 'x'.repeat(bytes) } } as typeof node);
    };
    await accepted(sized(1_500_000));
    assert.equal((await post(sized(2 * 1024 * 1024))).status, 413);
  });

  it('looks for every ping, tidies up, and asks Alertmanager what fires where it can', async () => {
    await start({ pull: async () => SIGNAL });
    await accepted(pingEvent());
    await accepted(pingEvent());
    assert.deepEqual(looks, [
      { signal: SIGNAL, tidy: true },
      { signal: SIGNAL, tidy: true },
    ]);
    assert.deepEqual(pauses, [5_000], 'many pings cause no more looks than events do');
  });

  for (const cluster of ['prod-us-1', 'Prod-EU-1']) {
    it(`leaves an event of the cluster ${cluster} alone`, async () => {
      await start();
      await accepted(eventOf('add', nodeObject(), cluster));
      await accepted(pingEvent(cluster));
      assert.deepEqual([looks.length, became()], [0, ['other-cluster', 'other-cluster']]);
      assert.match(JSON.stringify(log.lines), /not watched from here/);
    });
  }

  for (const cluster of [CLUSTER.name, CLUSTER.id, '']) {
    it(`takes an event of the cluster ${JSON.stringify(cluster)}`, async () => {
      await start();
      await accepted(eventOf('add', nodeObject(), cluster));
      assert.equal(looks.length, 1);
    });
  }

  it('knows its cluster by any name that settings take, written as it is or as the binding says', async () => {
    await start();
    await fc.assert(
      fc.asyncProperty(headerText(), fc.boolean(), async (name, isEncoded) => {
        fc.pre(settingsTake(name));
        await server.close();
        await start({ cluster: { name, id: undefined } });
        await accepted(pingEvent(isEncoded ? percentEncoded(name) : overHttp(name)));
        assert.deepEqual(became(), ['ping']);
        await accepted(pingEvent(`${percentEncoded(name)}x`));
        assert.deepEqual(became(), ['ping', 'other-cluster']);
      }),
    );
  });

  it('accepts what is not watched', async () => {
    await start();
    const { headers, body } = eventOf('add', nodeObject());
    await accepted({ headers: { ...headers, 'ce-type': 'com.example.other' }, body });
    await accepted(batchOf([]));
    assert.deepEqual([looks.length, became()], [0, ['other']]);
  });

  it('refuses with one sentence what is no event', async () => {
    await start();
    const answer = await post({ headers: { 'content-type': 'application/json' }, body: '{}' });
    assert.deepEqual(answer, {
      status: 400,
      text: 'no CloudEvent: neither ce- headers nor its content type',
      type: 'text/plain; charset=utf-8',
    });
  });

  it('looks in the trace of who waits for it, and says in that line what it found, also while another look is under way', async () => {
    const [begun, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const traces: (string | undefined)[] = [];
    const lookAgain = async () => {
      traces.push(currentTrace()?.traceId);
      begun.resolve();
      await gate.promise;
      return {
        look: { takenAt: new Date(time).toISOString(), versions: { ...versions, nodes: `${1_000 + traces.length}` } },
        verdicts: VERDICTS,
      };
    };
    await start({ looking: { lookAgain, recordedLook: async () => undefined } });
    const ids = ['1', '2'].map((digit) => digit.repeat(32));
    const [first, second] = ids.map((id, index) => {
      const { headers, body } = eventOf('add', nodeObject({ name: `worker-${index}`, version: 1_001 + index }));
      return () => accepted({ headers: { ...headers, traceparent: `00-${id}-${'3'.repeat(16)}-01` }, body });
    });
    const answered = [first?.()];
    await begun.promise;
    answered.push(second?.());
    await new Promise((resolve) => setTimeout(resolve, 20)); // it waits by now; if it does not yet, it is looked for all the same
    gate.resolve();
    await Promise.all(answered);
    assert.deepEqual(traces, ids);
    assert.deepEqual(
      log.lines.map(({ fields }) => [Reflect.get(fields, 'trace_id'), Reflect.get(fields, 'verdicts')]),
      ids.map((id) => [id, VERDICTS]),
    );
  });

  it('writes one line a request: who sent it and what became of it, harmless and short', async () => {
    await start();
    const { headers, body } = eventOf('add', nodeObject());
    await accepted({ headers: { ...headers, 'ce-id': 'a%0Ab', 'ce-subject': 'x'.repeat(5_000) }, body });
    const [line, ...more] = log.lines;
    assert.deepEqual([line?.level, line?.message, more], ['info', 'delivery', []]);
    const type = 'dev.knative.apiserver.resource.add';
    const event = { id: 'a\uFFFDb', source: 'https://10.96.0.1:443', type, subject: 'x'.repeat(200), became: 'looked', why: undefined };
    const { trace_id, duration_ms, ...fields } = Object(line?.fields);
    assert.deepEqual([/^[0-9a-f]{32}$/.test(trace_id), Number.isInteger(duration_ms)], [true, true]);
    const answer = { method: 'POST', path: '/events', status: 202, outcome: 'accepted' };
    assert.deepEqual(fields, { count: 1, events: [event], verdicts: VERDICTS, ...answer });
    await accepted(batchOf(Array.from({ length: 30 }, () => pingEvent('elsewhere'))));
    assert.deepEqual([became().length, log.lines.length], [11, 2]);
  });

  for (const inTheId of [false, true]) {
    it(`holds nothing of what an event says while it waits for its look, ${inTheId ? 'not of its id' : 'not of its data'}`, async () => {
      const isOver = Promise.withResolvers<Signal>();
      await start({ pull: () => isOver.promise });
      const before = await heldBytes();
      const answers = Array.from({ length: 15 }, (_, index) => {
        const long = String(index).padEnd(1_000_000, 'x');
        const { headers, body } = structured(pingEvent());
        const event = JSON.stringify({ ...JSON.parse(body), ...(inTheId ? { id: long } : { data: [long] }) });
        const asked = { method: 'POST', path: '/events', params: {}, query: new URLSearchParams() };
        return route.handle({ ...asked, ...received({ headers, body: event }) });
      });
      const held = (await heldBytes()) - before;
      isOver.resolve(SIGNAL);
      assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([202]));
      assert.ok(held < 8_000_000, `${held} bytes are held`);
    });
  }

  it('remembers nothing of an object whose uid is no uid', async () => {
    await start();
    versions = { nodes: '5', hyperConverged: '5' };
    const event = (uid: string) => structured(eventOf('add', nodeObject({ version: 5, uid })));
    for (const uid of ['u'.repeat(65), 'u'.repeat(64)]) {
      await accepted(event(uid));
      await accepted(event(uid));
    }
    assert.deepEqual(became(), ['looked', 'covered', 'covered', 'irrelevant']);
  });

  it('counts events by what became of them', async () => {
    await start();
    const before = await counted();
    await accepted(batchOf([eventOf('add', nodeObject()), pingEvent(), pingEvent('elsewhere')]));
    const after = await counted();
    const more = Object.fromEntries(Object.entries(after).map(([kind, count]) => [kind, count - (before[kind] ?? 0)]));
    assert.deepEqual([more.looked, more.ping, more['other-cluster']], [1, 1, 1]);
  });

  it('asks Alertmanager once for many pings', async () => {
    let pulls = 0;
    await start({
      pull: async () => {
        pulls += 1;
        return SIGNAL;
      },
    });
    assert.equal((await post(batchOf(Array.from({ length: 50 }, () => pingEvent())))).status, 202);
    assert.deepEqual([pulls, looks.length], [1, 1]);
  });
});

function settingsTake(CLUSTER_NAME: string): boolean {
  try {
    return clusterName({ CLUSTER_NAME }) === CLUSTER_NAME;
  } catch {
    return false;
  }
}

async function counted(): Promise<Readonly<Record<string, number>>> {
  const { body } = await metricsPage();
  const samples = body.matchAll(/^archwatch_events_total\{kind="([^"]+)"\} (\d+)$/gm);
  return Object.fromEntries([...samples].map(([, kind = '', count]) => [kind, Number(count)]));
}

/** As the adapter sends it: an empty header is a header. */
function send(port: number, headers: EventRequest['headers'], body: string) {
  return new Promise<{ readonly status: number | undefined; readonly text: string; readonly type: string | undefined }>(
    (resolve, reject) => {
      const sent = request(
        { port, path: '/events', method: 'POST', headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () =>
            resolve({ status: answer.statusCode, text: Buffer.concat(chunks).toString(), type: answer.headers['content-type'] }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(Buffer.from(body)); // beside a text, Node writes headers as UTF-8
    },
  );
}
