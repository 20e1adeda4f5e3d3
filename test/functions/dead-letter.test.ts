/** What nobody could handle, over real HTTP: counted first, said once an hour at most, and once whatever happens. */
import assert from 'node:assert/strict';
import { LIMITS } from '../../functions/dead-letter/handler.ts';
import { ENTRY } from '../../functions/dead-letter/records.ts';
import type { SayDependencies } from '../../functions/dead-letter/say.ts';
import type { ConfigMaps } from '../../shared/kubernetes/config-maps.ts';
import { event, ping, RECORD, type Replica, type RunningDeadLetters, startDeadLetters } from '../helpers/dead-letters.ts';
import { TOKEN } from '../helpers/embedded-slack.ts';

const HOUR = 3_600;
const ADDED = 'archwatch_dead_letters_total{type="dev.knative.apiserver.resource.add"}';

let running: RunningDeadLetters;
let replica: Replica;
beforeEach(async () => {
  running = await startDeadLetters();
  replica = await running.replica();
});
afterEach(() => running.close());

/** How many events each message tells of. */
const told = () => running.messages().map(({ metadata }) => metadata?.event_payload.events);
const record = async () => JSON.parse((await running.kept()) ?? 'null');
const waiting = async () => (await record())?.waiting?.total ?? 0;

describe('a dead letter that arrives', () => {
  it('is a line of the log, counted, and said', async () => {
    const before = await replica.counted(ADDED);
    assert.equal(await replica.send(event('1')), 202);
    const lines = replica.lines.filter(({ level }) => level === 'warn');
    assert.deepEqual(
      lines.map(({ fields }) => fields),
      [
        {
          id: '1',
          source: 'https://10.96.0.1:443',
          type: 'dev.knative.apiserver.resource.add',
          subject: '/apis/v1/nodes/worker-arm-1',
          destination: 'http://node-events.archwatch.svc.cluster.local/events',
          errorCode: '503',
          errorText: 'unavailable',
        },
      ],
    );
    assert.equal(await replica.counted(ADDED), before + 1);
    assert.deepEqual(told(), [1]);
    assert.equal(running.messages()[0]?.metadata?.event_type, 'archwatch_dead_letters');
  });

  it('is counted once when the broker delivers it again', async () => {
    const before = await replica.counted(ADDED);
    for (const _ of [1, 2, 3]) assert.equal(await replica.send(event('1')), 202);
    running.wait(HOUR);
    await replica.send(ping('p'));
    assert.deepEqual([told(), await replica.counted(ADDED)], [[1], before + 1]);
  });

  it('is said within the hour after a message by the next ping, together with the others', async () => {
    await replica.send(event('1'));
    running.wait(60);
    await replica.send(event('2'), event('3', { type: 'com.example.order' }));
    running.wait(HOUR - 61);
    assert.equal(await replica.send(ping('early')), 202);
    assert.deepEqual([told(), await waiting()], [[1], 2]);
    running.wait(1);
    assert.equal(await replica.send(ping('in time')), 202);
    assert.deepEqual([told(), await waiting()], [[1, 2], 0]);
  });

  it('is said an hour after the last message by the next letter', async () => {
    await replica.send(event('1'));
    running.wait(HOUR);
    await replica.send(event('2'));
    assert.deepEqual(told(), [1, 1]);
  });

  it('of a type that nobody knows is counted as such, so that a stranger cannot make metrics', async () => {
    const before = await replica.counted('archwatch_dead_letters_total{type="other"}');
    await replica.send(event('1', { type: 'a-b-c' }));
    assert.equal(await replica.counted('archwatch_dead_letters_total{type="other"}'), before + 1);
    assert.doesNotMatch(await (await fetch(`${replica.url}metrics`)).text(), /a-b-c/);
  });

  it('is refused when it is no event, and that is logged and counted', async () => {
    const sample = 'archwatch_dead_letters_total{type="unreadable"}';
    const before = await replica.counted(sample);
    const answer = await fetch(replica.url, { method: 'POST', body: 'no event' });
    assert.deepEqual([answer.status, await replica.counted(sample), await running.kept()], [400, before + 1, undefined]);
    assert.equal(replica.lines.filter(({ level }) => level === 'warn').length, 1);
  });

  it('is refused when it is larger than 2 MiB', async () => {
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': '1',
      'ce-source': '/s',
      'ce-type': 't',
      'content-type': 'application/octet-stream',
    };
    const statusOf = async (bytes: number) => (await fetch(replica.url, { method: 'POST', headers, body: 'x'.repeat(bytes) })).status;
    assert.deepEqual([await statusOf(2 * 1024 * 1024), await statusOf(2 * 1024 * 1024 + 1)], [202, 413]);
  });

  it('never has the token of Slack in the log', async () => {
    running.slack.setFault({ error: 'invalid_auth' });
    await replica.send(event('1'));
    assert.doesNotMatch(JSON.stringify(replica.lines.map((line) => [line, String(Object.values(line.fields))])), new RegExp(TOKEN));
  });
});

describe('a ping', () => {
  it('that has nothing to say says nothing, and writes nothing', async () => {
    assert.equal(await replica.send(ping('1')), 202);
    const faults = replica.lines.filter(({ level }) => level !== 'info');
    assert.deepEqual([told(), await running.kept(), faults], [[], undefined, []]);
  });

  it('that somebody failed on is a letter', async () => {
    await replica.send({ ...ping('1'), extensions: event('1').extensions });
    assert.deepEqual(told(), [1]);
  });
});

/** The first `writers` reads wait for each other, so that all of them see the same. */
function meeting(configMaps: ConfigMaps, writers: number): ConfigMaps {
  const { promise, resolve } = Promise.withResolvers<void>();
  let reads = 0;
  const read: ConfigMaps['read'] = async (name) => {
    const seen = await configMaps.read(name);
    reads += 1;
    if (reads === writers) resolve();
    await promise;
    return seen;
  };
  return { ...configMaps, read };
}

describe('many at once', () => {
  it('on ten replicas lose no count, and are one message', async () => {
    const together = meeting(running.configMaps, 10);
    const replicas = await Promise.all(Array.from({ length: 10 }, () => running.replica(undefined, together)));
    const sent = replicas.flatMap((each, index) => [0, 1, 2, 3, 4].map((number) => each.send(event(`${index}-${number}`))));
    assert.deepEqual(await Promise.all(sent), Array(50).fill(202));
    assert.equal(told().length, 1);
    running.wait(HOUR);
    await replica.send(ping('p'));
    assert.equal(
      told().reduce((sum: number, events) => sum + Number(events), 0),
      50,
    );
  });
});

describe('a record that cannot be written', () => {
  const broken = (changes: Partial<ConfigMaps>): ConfigMaps => ({ ...running.configMaps, ...changes });
  const unreachable = () => Promise.reject(new Error('refused'));

  for (const what of ['read', 'create'] as const) {
    it(`is 503, and nothing is said (${what})`, async () => {
      const lost = await running.replica(undefined, broken({ [what]: unreachable }));
      const sample = 'archwatch_dead_letter_failures_total{what="record"}';
      const before = await lost.counted(sample);
      assert.equal(await lost.send(event('1')), 503);
      assert.deepEqual([told(), await lost.counted(sample)], [[], before + 1]);
      assert.equal(lost.lines.filter(({ level }) => level === 'warn').length, 1);
    });
  }

  it('that is damaged is moved aside, reported, and begun anew', async () => {
    await running.configMaps.create(RECORD, { [ENTRY]: '{"version":1,', mine: 'kept' });
    assert.equal(await replica.send(event('1')), 202);
    const { data } = (await running.configMaps.read(RECORD)) ?? {};
    assert.deepEqual([data?.mine, data?.['aside-2026-11-22T03-00-00.000Z'], told()], ['kept', '{"version":1,', [1]]);
    assert.ok(replica.lines.some(({ level, message }) => level === 'error' && /damaged, moved aside/.test(message)));
  });
});

describe('an answer', () => {
  const never = (): Promise<never> => new Promise(() => undefined);
  const slack = (chat: SayDependencies['chat']) => ({ ...chat, notify: never });

  it('comes well before a closing server gives up waiting', () => assert.ok(LIMITS.recordMs + LIMITS.sayMs <= 15_000));

  it('is 202 for a letter on record, however slow Slack is, and 503 for a ping', async () => {
    const slow = await running.replica(slack, undefined, { recordMs: 10_000, sayMs: 1 });
    assert.equal(await slow.send(event('1')), 202);
    assert.equal((await record()).recent.length, 1);
    assert.ok(
      slow.lines.some(({ level, message }) => level === 'error' && /with the next letter or ping it is: not done within/.test(message)),
    );
    const stuck = await running.replica((chat) => ({ ...chat, messages: never }), undefined, { recordMs: 10_000, sayMs: 1 });
    assert.equal(await stuck.send(ping('p')), 503);
  });

  it('is 503 where the record takes too long, and that is counted', async () => {
    const slow = await running.replica(undefined, { ...running.configMaps, read: never }, { recordMs: 1, sayMs: 10_000 });
    const sample = 'archwatch_dead_letter_failures_total{what="record"}';
    const before = await slow.counted(sample);
    assert.deepEqual([await slow.send(event('1')), await slow.counted(sample), told()], [503, before + 1, []]);
  });

  it('that was not waited for says its trouble all the same', async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    const slow = await running.replica((chat) => ({ ...chat, notify: () => promise }), undefined, { recordMs: 10_000, sayMs: 1 });
    assert.equal(await slow.send(event('1')), 202);
    reject(new Error('too late'));
    await new Promise(setImmediate);
    assert.ok(slow.lines.some(({ message }) => /too late/.test(message)));
  });
});

describe('a Slack that does not take it', () => {
  for (const fault of [{ error: 'channel_not_found' }, 'rate-limited'] as const) {
    it(`(${JSON.stringify(fault)}) is asked again by the next letter, and told of all`, async () => {
      const sample = 'archwatch_dead_letter_failures_total{what="message"}';
      const before = await replica.counted(sample);
      running.slack.setFault(fault, { calls: 1, method: 'chat.postMessage' });
      assert.equal(await replica.send(event('1')), 202);
      assert.deepEqual([told(), await waiting(), await replica.counted(sample)], [[], 1, before + 1]);
      running.wait(60);
      assert.equal(await replica.send(event('2')), 202);
      assert.deepEqual([told(), await waiting()], [[2], 0]);
    });
  }

  it('makes the broker send a ping again, and each try is counted', async () => {
    running.slack.setFault({ error: 'channel_not_found' }, { calls: 2 });
    const sample = 'archwatch_dead_letter_failures_total{what="message"}';
    const before = await replica.counted(sample);
    await replica.send(event('1'));
    assert.equal(await replica.send(ping('p')), 503);
    assert.equal(await replica.counted(sample), before + 2);
    assert.equal(await replica.send(ping('p')), 202);
    assert.deepEqual(told(), [1]);
  });
});

describe('a message of which it is not known whether it was said', () => {
  const cases = [
    { what: 'and was', fault: 'lost-reply', methods: ['chat.postMessage', 'conversations.history'] },
    { what: 'and was not', fault: 'down', methods: ['chat.postMessage', 'conversations.history', 'chat.postMessage'] },
  ] as const;
  for (const { what, fault, methods } of cases) {
    it(`${what} is said once, by another process, when the first can no longer be at it`, async () => {
      running.slack.setFault(fault, { calls: 1 });
      assert.equal(await replica.send(event('1')), 202);
      const other = await running.replica();
      assert.equal(await other.send(ping('p')), 503);
      running.wait(32);
      assert.equal(await other.send(ping('p')), 503);
      running.wait(2);
      assert.equal(await other.send(ping('p')), 202);
      assert.deepEqual([told(), await waiting(), (await record()).intent], [[1], 0, undefined]);
      const called = running.slack.calls().map(({ method }) => method);
      assert.deepEqual(
        called.filter((method) => /^(chat|conversations)\./.test(method)),
        methods,
      );
    });
  }

  it('is waited for again after each attempt, also by a process that has waited for the one before', async () => {
    running.slack.setFault('down', { calls: 1 });
    await replica.send(event('1'));
    const other = await running.replica();
    await other.send(ping('p'));
    running.wait(34);
    running.slack.setFault('down', { calls: 1, method: 'chat.postMessage' });
    assert.equal(await other.send(ping('p')), 503);
    assert.equal(await replica.send(ping('p')), 503);
    assert.deepEqual(told(), []);
    running.wait(34);
    assert.equal(await replica.send(ping('p')), 202);
    assert.deepEqual(told(), [1]);
  });

  it('keeps the letters that come meanwhile for the next', async () => {
    running.slack.setFault('lost-reply', { calls: 1 });
    await replica.send(event('1'));
    assert.equal(await replica.send(event('2')), 202);
    running.wait(HOUR);
    assert.equal(await replica.send(ping('p')), 202);
    assert.deepEqual([told(), await waiting()], [[1, 1], 0]);
  });

  it('is said again where the channel may not be read, and that is counted: a double is better than a loss', async () => {
    const blind = await replica.counted('archwatch_blind_looks_back_total');
    running.slack.setFault('lost-reply', { calls: 1 });
    await replica.send(event('1'));
    running.slack.setFault({ error: 'missing_scope' }, { method: 'conversations.history' });
    running.wait(34);
    assert.equal(await replica.send(ping('p')), 202);
    assert.deepEqual(told(), [1, 1]);
    assert.ok(replica.lines.some(({ message }) => /may be there already/.test(message)));
    assert.equal(await replica.counted('archwatch_blind_looks_back_total'), blind + 1);
  });

  it('is not taken for the message of another cluster in the same channel', async () => {
    running.slack.setFault('down', { calls: 1 });
    await replica.send(event('1'));
    const payload = { cluster: 'another', id: 'another', events: 1 };
    const another = { channel: 'C', ts: '1', eventType: 'archwatch_dead_letters', payload, files: [] };
    const seeing = await running.replica((chat) => ({
      ...chat,
      messages: async (options) => [another, ...(await chat.messages(options))],
    }));
    await seeing.send(ping('p'));
    running.wait(34);
    assert.equal(await seeing.send(ping('p')), 202);
    assert.deepEqual(told(), [1]);
  });

  it('is said by one alone when ten find it', async () => {
    running.slack.setFault('down', { calls: 1 });
    await replica.send(event('1'));
    const replicas = await Promise.all(Array.from({ length: 10 }, () => running.replica()));
    const ask = () => Promise.all(replicas.map((each, index) => each.send(ping(`${index}`))));
    assert.deepEqual(await ask(), Array(10).fill(503));
    running.wait(34);
    await ask();
    assert.deepEqual(told(), [1]);
  });
});

describe('a process that is killed while it says something', () => {
  /** Comes back neither from Slack nor from before it, until it is let go: what a kill looks like from outside. */
  const killed =
    (says: boolean, reached: () => void, end: Promise<never>) =>
    (chat: SayDependencies['chat']): SayDependencies['chat'] => ({
      ...chat,
      notify: async (notice) => {
        if (says) await chat.notify(notice);
        reached();
        return end;
      },
    });

  for (const says of [true, false]) {
    it(`leaves a message that is said once (${says ? 'it was in the channel' : 'it was not'})`, async () => {
      const { promise: reached, resolve } = Promise.withResolvers<void>();
      const { promise: end, reject: letGo } = Promise.withResolvers<never>();
      const dying = await running.replica(killed(says, resolve, end));
      const dead = dying.send(event('1'));
      await reached;
      assert.equal(await replica.send(event('2')), 202);
      running.wait(34);
      assert.equal(await replica.send(ping('p')), 202);
      assert.deepEqual([told(), await waiting()], [[1], 1]);
      running.wait(HOUR);
      assert.equal(await replica.send(ping('q')), 202);
      assert.deepEqual(told(), [1, 1]);
      letGo(new Error('killed'));
      await dead;
    });
  }
});
