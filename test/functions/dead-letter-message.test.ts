/** The message about dead letters, as somebody reads it who was woken by it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { counted, type Intent, NO_LETTERS, saying } from '../../functions/dead-letter/dead-letters.ts';
import { isPing, KNOWN_TYPES, type ReceivedEvent, toLetter } from '../../functions/dead-letter/letter.ts';
import { renderDeadLetters } from '../../functions/dead-letter/message.ts';
import { replayCommand } from '../../functions/dead-letter/replay.ts';
import { createNodeEventsHandler } from '../../functions/node-events/handler.ts';
import { parseEvents } from '../../shared/cloudevents.ts';
import { listen } from '../../shared/http/listen.ts';
import { CLUSTER_NAME, event, STARTED, SUBSCRIBER } from '../helpers/dead-letters.ts';
import { silentLog } from '../helpers/log.ts';
import { allText, assertTakenBySlack, ofType, preformattedOf, textsOf } from '../helpers/messages.ts';

const PING = 'dev.knative.sources.ping';

function intentOf(...events: readonly ReceivedEvent[]): Intent {
  const record = events.reduce((next, each, index) => counted(next, toLetter(each), new Date(STARTED + index * 60_000)), NO_LETTERS);
  const { intent } = saying(record, { id: '7a6f', by: 'me', lastsMs: 33_000, now: new Date(STARTED) });
  assert.ok(intent);
  return intent;
}

const render = (...events: readonly ReceivedEvent[]) => renderDeadLetters(CLUSTER_NAME, intentOf(...events));
const failedAt = (destination: string) => ({ extensions: { knativeerrordest: destination, knativeerrorcode: '503' } });

describe('the message about dead letters', () => {
  it('says how many, of what, why, what it means and how to replay', () => {
    const { text, blocks, metadata } = render(
      event('1'),
      event('2'),
      event('3', { type: 'dev.knative.apiserver.resource.delete', extensions: {} }),
    );
    assert.equal(
      text,
      '⚠️ prod-eu-1 · 3 events could not be handled. Can wait if it is archwatch’s node-events that failed: its next hourly check makes up for it.',
    );
    const seen = allText(blocks);
    for (const part of [
      '2 × dev.knative.apiserver.resource.add, the last at 2026-11-22 03:01:00 UTC: answer 503 “unavailable” from node-events.archwatch.svc.cluster.local/events',
      '1 × dev.knative.apiserver.resource.delete: no answer from a subscriber that the broker did not name',
      'If node-events failed, it may not know that a node or the HyperConverged changed until its next check works.',
      'Why: kubectl get pods and kubectl logs of the subscriber.',
      'run its command in any pod that has curl (kubectl exec). 202: the check is done.',
    ]) {
      assert.ok(seen.includes(part), `${part}\nis not in\n${seen}`);
    }
    assert.deepEqual(metadata, { event_type: 'archwatch_dead_letters', event_payload: { cluster: CLUSTER_NAME, id: '7a6f', events: 3 } });
    assert.equal(preformattedOf(blocks).length, 1);
  });

  it('does not promise that the hourly check makes up for it when that failed too', () => {
    const { text, blocks } = render(event('1'), event('2', { type: PING }));
    assert.match(text, /if it is archwatch’s node-events, its hourly check failed/);
    assert.doesNotMatch(allText([text, blocks]), /makes up for|Can wait/);
    assert.equal(preformattedOf(blocks).length, 1);
  });

  it('prints no command for events that are not ours, and says so', () => {
    const { text, blocks } = render(event('1', { type: 'com.example.order' }));
    assert.match(text, /archwatch uses none of these types/);
    assert.match(allText(blocks), /other types \(com\.example\.order\) were for is not known here/);
    assert.deepEqual(preformattedOf(blocks), []);
  });

  const TRIGGER = 'http://broker-filter.knative-eventing.svc.cluster.local/triggers/archwatch/node-events/4b1c-uid';

  it('names the Trigger that a broker failed on, and says what a Trigger’s answer proves', () => {
    const { blocks } = render(event('1', failedAt(TRIGGER)));
    const seen = allText(blocks);
    for (const part of [
      'answer 503 from Trigger archwatch/node-events',
      'Whom a Trigger calls: kubectl get triggers.eventing.knative.dev -A',
      'From a Trigger, 200 or 202 only says that it took it: look for replay-7a6f in the log of node-events.',
    ]) {
      assert.ok(seen.includes(part), `${part}\nis not in\n${seen}`);
    }
    assert.match(preformattedOf(blocks).join(), /triggers\/archwatch\/node-events\/4b1c-uid/);
    assert.doesNotMatch(seen, /202: the check is done/);
    assert.doesNotMatch(allText(render(event('1')).blocks), /Trigger/);
  });

  const NO_TRIGGER = ['/triggers/a', '/triggers/a/b', '/triggers/A/b/c', '/triggers/a/-b/c', '/triggers/a/b%20c/d', '/x/triggers/a/b/c'];
  for (const path of NO_TRIGGER) {
    it(`names no Trigger for ${path}`, () => {
      assert.ok(allText(render(event('1', failedAt(`http://host${path}`))).blocks).includes(`answer 503 from host${path}`));
    });
  }

  it('says who failed on what, each on its own line', () => {
    const { blocks } = render(event('1', failedAt(TRIGGER)), event('2', failedAt('http://other/')), event('3', failedAt(TRIGGER)));
    const lines = ofType(blocks, 'rich_text_list').flatMap(({ elements }) => elements);
    assert.deepEqual(
      lines.map((line) => allText(line).replace(/, the last at [^:]*:\d\d:\d\d UTC/, '')),
      [
        '2 × dev.knative.apiserver.resource.add: answer 503 from Trigger archwatch/node-events',
        '1 × dev.knative.apiserver.resource.add: answer 503 from other/',
      ],
    );
  });

  for (const type of KNOWN_TYPES) {
    it(`does not claim that a ${type} was archwatch’s: others’ sources send them too`, () => {
      const { text, blocks } = render(event('1', { type, ...failedAt('http://billing/') }));
      const sentences = textsOf([text, blocks]).flatMap((each) => each.split('. '));
      const claims = sentences.filter((sentence) => /node-events/.test(sentence));
      assert.ok(claims.length > 2);
      for (const claim of claims) assert.match(claim, /\bif\b/i);
    });
  }

  const NO_COMMAND = [
    'file:///etc/passwd',
    'http://me:secret@host/',
    'http://169.254.169.254/latest',
    'http://[fe80::1]/events',
    'node-events',
    `http://host/${'x'.repeat(600)}`,
    'http://host/\u202e',
    '-o /tmp/x',
  ];
  for (const destination of NO_COMMAND) {
    it(`prints no command for the address ${JSON.stringify(destination.slice(0, 40))}`, () => {
      const { blocks } = render(event('1', failedAt(destination)));
      assert.deepEqual(preformattedOf(blocks), []);
      assert.match(allText(blocks), /There is no command/);
      assert.doesNotMatch(allText(blocks), /secret/);
    });
  }

  it('fits into Slack, and hides nothing, whatever strangers write', () => {
    const wild = '<!channel> `x` *b* \u202e\n&'.repeat(60);
    const events = Array.from({ length: 60 }, (_, index) =>
      event(`${wild}${index}`, {
        type: KNOWN_TYPES[index] ?? `${index}${wild}`,
        ...{ source: wild, subject: wild },
        extensions: { knativeerrordest: `http://h${index}/${"'".repeat(280)}`, knativeerrorcode: wild, knativeerrordata: wild },
      }),
    );
    const message = renderDeadLetters('<!here>', intentOf(...events));
    assertTakenBySlack(message.text, message.blocks, message.metadata);
    assert.match(message.text, /&lt;!here&gt; · 60 events/);
    assert.match(allText(message.blocks), /52 more events: see the log/);
    assert.equal(ofType(message.blocks, 'rich_text_list').flatMap(({ elements }) => elements).length, 9);
    assert.equal(preformattedOf(message.blocks).length, 3);
    assert.match(allText(message.blocks), /The log names 4 more subscribers that failed/);
  });

  it('holds nothing that begins like a command but its own', () => {
    const command = 'kubectl patch hyperconvergeds.v1.hco.kubevirt.io x';
    const extensions = { knativeerrordest: command, knativeerrorcode: command, knativeerrordata: command };
    const { blocks } = render(event('1', { type: command, extensions }), event('2'));
    assert.deepEqual(
      textsOf(blocks).filter((text) => /^\s*(kubectl|oc|curl) /.test(text)),
      preformattedOf(blocks),
    );
  });

  it('has a command for each subscriber that failed', () => {
    const { blocks } = render(
      event('1', failedAt('http://a/')),
      event('2', { type: PING, ...failedAt('http://b/') }),
      event('3', failedAt('http://c/')),
    );
    assert.deepEqual(
      preformattedOf(blocks).map((command) => /http:\S+/.exec(command)?.[0]),
      ['http://a/', 'http://b/', 'http://c/'],
    );
    const same = render(event('1'), event('2', { type: PING }));
    assert.equal(preformattedOf(same.blocks).length, 1);
  });
});

describe('the command of the message', () => {
  const run = promisify(execFile);
  /** The words that a shell makes of a command line; curl itself is not needed. */
  const wordsOf = async (command: string): Promise<readonly string[]> => {
    const print = `curl() { printf '%s\\0' "$@"; }`;
    const { stdout } = await run('/bin/sh', ['-c', `${print}\n${command}`]);
    return stdout.split('\0').slice(0, -1);
  };
  const ADDRESSES = [SUBSCRIBER, "http://localhost/it's?a=$(touch+x)&b=`id`;true", 'https://localhost:8443/[1-3]/a?b={c}'];

  for (const address of ADDRESSES) {
    it(`is one ping to ${address}, as a shell reads it`, async () => {
      const command = replayCommand(address, 'replay-1') ?? '';
      assert.doesNotMatch(command, /[^ -~]/);
      const [glob, include, ...words] = await wordsOf(command);
      assert.deepEqual([glob, include, words[0], words[1], words[2]], ['-g', '-i', '-X', 'POST', URL.parse(address)?.href]);
      const [received, ...more] = parseEvents(requestOf(words.slice(3)));
      assert.ok(received && more.length === 0 && isPing(received));
      assert.equal(received.extensions.knativebrokerttl, '255');
      assert.deepEqual([received.id, received.type, received.data], ['replay-1', PING, {}]);
    });
  }

  it('makes node-events look again', async () => {
    let looks = 0;
    const lookAgain = async () => {
      looks += 1;
      return { verdicts: {}, look: { takenAt: new Date(STARTED).toISOString(), versions: { nodes: '1', hyperConverged: '1' } } };
    };
    const looking = { lookAgain, recordedLook: async () => undefined };
    const identity = { name: CLUSTER_NAME, id: undefined };
    const route = createNodeEventsHandler({ looking, cluster: identity, now: () => new Date(STARTED), pause: async () => undefined });
    const server = await listen([route], { port: 0, log: silentLog });
    try {
      const words = await wordsOf(replayCommand(`http://localhost:${server.port}/events`, 'replay-1') ?? '');
      const { headers, body } = requestOf(words.slice(5));
      const { status } = await fetch(words[4] ?? '', { method: 'POST', headers, body: body.toString() });
      assert.deepEqual([status, looks], [202, 1]);
    } finally {
      await server.close();
    }
  });
});

/** What curl makes of its options `-H` and `-d`. */
function requestOf(words: readonly string[]): { readonly headers: Record<string, string>; readonly body: Buffer } {
  const options = words.flatMap((word, index) => (index % 2 === 0 ? [{ name: word, value: words[index + 1] ?? '' }] : []));
  assert.deepEqual([...new Set(options.map(({ name }) => name))], ['-H', '-d']);
  const headers = options.filter(({ name }) => name === '-H').map(({ value }) => value.split(/: /, 2));
  return { headers: Object.fromEntries(headers), body: Buffer.from(options.at(-1)?.value ?? '') };
}
