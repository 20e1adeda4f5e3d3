/** Saying what is unsaid: one message per episode, each step on record before the next, nothing twice. */
import assert from 'node:assert/strict';
import type { Snapshot } from '../../../shared/golden-images/snapshot.ts';
import type { Episode, Incident, Said } from '../../../shared/incidents/incident.ts';
import { createSightings, type Sightings } from '../../../shared/incidents/sightings.ts';
import { MAX_CHECKED_AGE_MS } from '../../../shared/incidents/steps.ts';
import { createMemoryStore, type IncidentStore } from '../../../shared/incidents/store/store.ts';
import { createLookBack } from '../../../shared/look-again/look-back.ts';
import { OutOfTimeError, say } from '../../../shared/look-again/say.ts';
import { type Chat, createChat } from '../../../shared/slack/chat.ts';
import { CALL_TIME_MS } from '../../../shared/slack/client.ts';
import { SlackError } from '../../../shared/slack/refusal.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { CHANNEL, type RunningSlack, startSlack, TOKEN } from '../../helpers/embedded-slack.ts';
import { episodeOf, fires, incidentAfter, type LookOptions, resolves } from '../../helpers/incidents.ts';
import { recordingLog } from '../../helpers/log.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
const DEADLINE_MS = 9_500;

function clusterOf(architectures: readonly string[], { each = 1, gate = false } = {}): Snapshot {
  const nodes = architectures.flatMap((architecture) =>
    Array.from({ length: each }, (_, index) => node(`${architecture}-${String(index).padStart(2, '0')}`, architecture)),
  );
  return snapshot({ nodes, hyperConverged: hyperConverged({ gate }) });
}

const MIXED = clusterOf(['amd64', 'arm64']);
const MIXED_MORE = clusterOf(['amd64', 'arm64', 's390x']);
const ENABLED = clusterOf(['amd64', 'arm64'], { gate: true });
const LARGE = clusterOf(['amd64', 'arm64'], { each: 12 });
const LARGER = clusterOf(['amd64', 'arm64'], { each: 13 });

const fired = (minute: number, found = MIXED): LookOptions => ({ snapshot: found, at: at(minute), claims: [fires(at(minute))] });
const resolved = (minute: number, found = MIXED): LookOptions => ({ snapshot: found, at: at(minute), claims: [resolves(at(minute))] });

describe('say', () => {
  let running: RunningSlack;
  let store: IncidentStore;
  let chat: Chat;
  let log: ReturnType<typeof recordingLog>;
  let sightings: Sightings;
  let now: number;
  let incident: Incident;
  beforeEach(async () => {
    running = await startSlack();
    store = createMemoryStore();
    log = recordingLog();
    now = Date.parse(at(0));
    sightings = createSightings(() => new Date(now));
    chat = createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl: running.api, now: () => new Date(now) });
    incident = incidentAfter([fired(0)]);
  });
  afterEach(() => running.close());

  /** What was done; looking back does nothing. */
  const calls = () => running.slack.calls().flatMap(({ method }) => (/^(conversations|auth)\./.test(method) ? [] : [method]));
  const shown = () => running.slack.messages();
  const recorded = async (): Promise<Episode> => {
    const { incident: kept } = await store.read(incident.key);
    assert.ok(kept);
    return episodeOf(kept);
  };
  const saidOf = async (): Promise<Said> => {
    const { said } = await recorded();
    assert.ok(said);
    return said;
  };
  /** Records an incident, as a look does before it says anything. */
  const record = async (next: Incident) => {
    incident = next;
    return store.write(next, (await store.read(next.key)).version);
  };
  const sayIt = async (next: Incident, { leftMs = DEADLINE_MS, through = chat } = {}) => {
    const version = await record(next);
    incident = await say({ incident: next, version }, now + leftMs, { ...dependencies(), chat: through });
    return incident;
  };
  const dependencies = () => ({
    ...{ incidents: store, chat, settings: { consoleUrl: undefined, buttons: [] }, log, now: () => new Date(now) },
    ...{ sightings, lookBack: createLookBack({ chat, log, now: () => new Date(now) }) },
    pause: async (ms: number) => {
      now += ms;
    },
  });
  /** More looks at what was said, at the time of the last of them. */
  const later = (...looks: readonly LookOptions[]) => {
    now = Math.max(now, ...looks.map((look) => Date.parse(look.at)));
    return incidentAfter(looks, { after: incident });
  };
  /** Says it again, and how many calls that took. */
  const callsToSayAgain = async () => {
    const before = calls().length;
    await sayIt(incident);
    return calls().slice(before);
  };

  it('posts a message, and has on record where it is and what it says', async () => {
    await sayIt(incident);
    const [message] = shown();
    assert.deepEqual(calls(), ['chat.postMessage']);
    assert.deepEqual(await saidOf(), { channel: CHANNEL.id, ts: message?.ts, revision: 1, checkedAt: at(0), announcements: 0, files: {} });
    assert.deepEqual(await recorded(), incident.episode);
  });

  it('says nothing of an incident that never was', async () => {
    await sayIt({ ...incident, episode: undefined });
    assert.deepEqual(calls(), []);
  });

  it('tells what is left when it can: what came and went meanwhile is not news', async () => {
    await sayIt(incident);
    running.slack.setFault('down');
    for (let minute = 1; minute < 20; minute += 2) {
      await assert.rejects(sayIt(later(fired(minute, MIXED_MORE))), SlackError);
      incident = later(fired(minute + 1));
      await record(incident);
    }
    running.slack.setFault(undefined);
    await sayIt(later(fired(30, MIXED_MORE)));
    assert.deepEqual(
      shown()[0]?.replies.map(({ text }) => text),
      ['prod-eu-1: New architecture among the workload nodes: s390x. No longer workload nodes: s390x-00.'],
    );
  });

  it('does not say that it came back to a channel that never heard that it was over', async () => {
    await sayIt(incident);
    await sayIt(later(fired(1, ENABLED), fired(2)));
    assert.deepEqual(shown()[0]?.replies, []);
  });

  it('says that it is over once, though it was back for a moment that nobody heard of', async () => {
    await sayIt(incident);
    await sayIt(later(fired(1, ENABLED)));
    await sayIt(later(fired(2), fired(3, ENABLED)));
    assert.deepEqual(shown()[0]?.replies.length, 1);
  });

  it('goes on where Slack refuses a reply for good', async () => {
    await sayIt(incident);
    running.slack.setFault({ error: 'cannot_reply_to_message' }, { method: 'chat.postMessage', calls: 1 });
    await sayIt(later(resolved(1)));
    assert.deepEqual(shown()[0]?.replies, []);
    assert.match(log.lines[0]?.message ?? '', /a reply is not in the thread: .*cannot_reply_to_message/);
    assert.deepEqual(await callsToSayAgain(), []);
  });

  it('asks once where Slack says of a first post that it is gone', async () => {
    running.slack.setFault({ error: 'message_not_found' }, { method: 'chat.postMessage' });
    await assert.rejects(sayIt(incident), SlackError);
    assert.deepEqual(calls(), ['chat.postMessage']);
  });

  it('says nothing twice', async () => {
    await sayIt(incident);
    assert.deepEqual(await callsToSayAgain(), []);
  });

  it('posts it in the channel that is configured now, when that is another one', async () => {
    await sayIt(incident);
    const before = await saidOf();
    await sayIt({ ...incident, episode: { ...episodeOf(incident), said: { ...before, channel: 'C0FORMER' } } });
    const after = await saidOf();
    assert.deepEqual([calls(), after.channel], [['chat.postMessage', 'chat.postMessage'], CHANNEL.id]);
    assert.deepEqual((await recorded()).closed, [before.ts]);
  });

  it('edits its message when something changed, and does not post another', async () => {
    await sayIt(incident);
    const { ts } = await saidOf();
    await sayIt(later(fired(1, ENABLED)));
    assert.deepEqual([shown().length, shown()[0]?.ts, shown()[0]?.edits], [1, ts, 1]);
    assert.match(shown()[0]?.text ?? '', /already over|over:/);
  });

  describe('whose message is gone', () => {
    for (const error of ['message_not_found', 'edit_window_closed', 'cant_update_message']) {
      it(`posts it anew in the same episode: ${error}`, async () => {
        await sayIt(incident);
        const before = episodeOf(incident);
        running.slack.setFault({ error }, { method: 'chat.update' });
        await sayIt(later(resolved(1)));
        const after = await recorded();
        assert.equal(after.id, before.id);
        assert.notEqual(after.said?.ts, before.said?.ts);
        assert.equal(after.said?.ts, shown().at(-1)?.ts);
        assert.deepEqual(await callsToSayAgain(), []);
      });
    }

    it('does not tell in the new thread what the new message says', async () => {
      await sayIt(incident);
      running.slack.deleteMessage((await saidOf()).ts);
      await sayIt(later(resolved(1)));
      assert.deepEqual([shown().length, shown()[0]?.replies.length], [1, 0]);
      assert.equal((await saidOf()).announcements, 1);
    });

    it('posts it anew when that shows only in a reply', async () => {
      await sayIt(incident);
      running.slack.setFault({ error: 'thread_not_found' }, { method: 'chat.postMessage', calls: 1 });
      await sayIt(later(resolved(1)));
      assert.deepEqual(calls(), ['chat.postMessage', 'chat.update', 'chat.postMessage', 'chat.postMessage']);
      assert.equal((await saidOf()).ts, shown().at(-1)?.ts);
      assert.deepEqual(await callsToSayAgain(), []);
    });
  });

  describe('with announcements', () => {
    const pending = { announced: 2, announcements: [{ at: at(0), kind: 'opened' }] } as const;

    it('does not tell those that were pending when it first posted: the message says them', async () => {
      await sayIt({ ...incident, episode: { ...episodeOf(incident), ...pending } });
      assert.deepEqual([(await saidOf()).announcements, shown()[0]?.replies], [3, []]);
    });

    it('does not tell those that were pending when it took over a message, and counts on from there', async () => {
      await sayIt(incident);
      now = Number((await saidOf()).ts) * 1_000; // Slack's clock: what is older than a week is not looked for
      await sayIt({ ...incident, episode: { ...episodeOf(incident), ...pending, said: undefined } });
      assert.deepEqual([shown().length, (await saidOf()).announcements, shown()[0]?.replies], [1, 3, []]);
      await sayIt(later(fired(1, MIXED_MORE)));
      assert.deepEqual(
        shown()[0]?.replies.map(({ metadata }) => metadata?.event_payload.number),
        [4],
      );
    });

    it('tells each of them once, in order, and only what got worse to the channel', async () => {
      await sayIt(incidentAfter([{ snapshot: MIXED, at: at(0) }]));
      await sayIt(later(fired(1), fired(2, MIXED_MORE)));
      await sayIt(later(resolved(3, ENABLED)));
      await callsToSayAgain();
      const replies = shown()[0]?.replies ?? [];
      assert.deepEqual(
        replies.map(({ text, broadcast }) => [text.replace(/^prod-eu-1: (\w+ \w+).*/, '$1'), broadcast]),
        [
          ['Alertmanager now', false],
          ['New architecture', true],
          ['It is', false],
        ],
      );
    });

    it('numbers them, so that they are found again', async () => {
      await sayIt(incident);
      await sayIt(later(fired(1, MIXED_MORE)));
      const { key, episode } = incident;
      assert.deepEqual(shown()[0]?.replies[0]?.metadata, {
        event_type: 'archwatch_reply',
        event_payload: { key, episode: episode?.id, number: 1 },
      });
    });
  });

  describe('that fails half way', () => {
    const failing = { method: 'chat.postMessage', calls: 1 };

    it('has what was done on record, and goes on there', async () => {
      await sayIt(incident);
      const next = later(resolved(1));
      running.slack.setFault('down', failing);
      await assert.rejects(sayIt(next), SlackError);
      const { revision, announcements } = await saidOf();
      assert.deepEqual([revision, announcements], [episodeOf(next).revision, 0]);
      incident = { ...incident, episode: await recorded() };
      assert.deepEqual(await callsToSayAgain(), ['chat.postMessage']);
      assert.equal(shown()[0]?.replies.length, 1);
    });

    it('tells the second of two announcements, and not the first again', async () => {
      await sayIt(incidentAfter([{ snapshot: MIXED, at: at(0) }]));
      const next = later(fired(1), resolved(2));
      let replies = 0;
      const reply: Chat['reply'] = async (posted, announced) => {
        replies += 1;
        if (replies === 2) throw new SlackError('chat.postMessage', 'failed', 'internal_error');
        return chat.reply(posted, announced);
      };
      await assert.rejects(sayIt(next, { through: { ...chat, reply } }), SlackError);
      incident = { ...incident, episode: await recorded() };
      assert.deepEqual(await callsToSayAgain(), ['chat.postMessage']);
      assert.equal(new Set(shown()[0]?.replies.map(({ text }) => text)).size, 2);
    });

    it('has nothing on record when the first post failed', async () => {
      running.slack.setFault('down', failing);
      await assert.rejects(sayIt(incident), SlackError);
      assert.equal((await recorded()).said, undefined);
    });

    it('goes on with what another wrote meanwhile', async () => {
      const version = await record(incident);
      const newer = later(fired(1, MIXED_MORE));
      await record(newer);
      incident = await say({ incident, version }, now + DEADLINE_MS, dependencies());
      assert.deepEqual([calls(), (await saidOf()).revision], [['chat.postMessage'], episodeOf(newer).revision]);
    });
  });

  describe('when only the time of the check is new', () => {
    const cases = [
      { what: 'edits what is over an hour old', ageMs: MAX_CHECKED_AGE_MS + 1, look: fired(30), edits: 1 },
      { what: 'leaves what is an hour old', ageMs: MAX_CHECKED_AGE_MS, look: fired(30), edits: 0 },
    ];
    for (const { what, ageMs, look, edits } of cases) {
      it(what, async () => {
        await sayIt(incident);
        const next = later(look);
        assert.equal(episodeOf(next).revision, 1);
        now = Date.parse(at(0)) + ageMs;
        await sayIt(next);
        assert.equal(shown()[0]?.edits, edits);
        assert.equal((await saidOf()).checkedAt, edits === 1 ? look.at : at(0));
      });
    }

    it('leaves what is over, however old', async () => {
      await sayIt(incidentAfter([fired(0), resolved(1, ENABLED)]));
      const next = later({ snapshot: ENABLED, at: at(50) });
      now += 2 * MAX_CHECKED_AGE_MS;
      await sayIt(next);
      assert.deepEqual(calls(), ['chat.postMessage']);
    });

    it('leaves what was not checked anew', async () => {
      await sayIt(incident);
      now += 2 * MAX_CHECKED_AGE_MS;
      assert.deepEqual(await callsToSayAgain(), []);
    });
  });

  describe('with files', () => {
    const attached = () => shown().flatMap(({ replies }) => replies.flatMap(({ files }) => files));

    it('attaches each once', async () => {
      await sayIt(incidentAfter([fired(0, LARGE)]));
      await callsToSayAgain();
      assert.deepEqual(
        attached().map(({ name }) => name),
        ['nodes.txt'],
      );
    });

    it('attaches it again when its content changed, and not when anything else did', async () => {
      await sayIt(incidentAfter([fired(0, LARGE)]));
      await sayIt(later(resolved(1, LARGE)));
      assert.equal(attached().length, 1);
      await sayIt(later(resolved(2, LARGER)));
      assert.deepEqual(
        attached().map(({ content }) => content.trimEnd().split('\n').length),
        [24, 26],
      );
    });

    it('attaches it to a message that was posted anew', async () => {
      await sayIt(incidentAfter([fired(0, LARGE)]));
      running.slack.setFault({ error: 'message_not_found' }, { method: 'chat.update' });
      await sayIt(later(resolved(1, LARGE)));
      assert.deepEqual(
        shown().map(({ replies }) => replies.flatMap(({ files }) => files).length),
        [1, 1],
      );
    });

    for (const error of ['missing_scope', 'thread_not_found']) {
      it(`logs ${error}, leaves the file, and says the rest`, async () => {
        running.slack.setFault({ error }, { method: 'files.getUploadURLExternal' });
        await sayIt(incidentAfter([fired(0, LARGE)]));
        await sayIt(later(resolved(1, LARGE)));
        assert.equal(shown()[0]?.replies.length, 1);
        assert.deepEqual(
          log.lines.map(({ level, fields }) => [level, fields]),
          [['error', { file: 'nodes.txt' }]],
        );
        assert.match(log.lines[0]?.message ?? '', new RegExp(error));
        assert.ok(!JSON.stringify(log.lines).includes(TOKEN));
      });
    }

    it('tries again at the next signal what was only not reached, and says the rest at once', async () => {
      await sayIt(incident);
      running.slack.setFault('down', { method: 'files.getUploadURLExternal' });
      await sayIt(later(resolved(1, LARGE)));
      const [message] = shown();
      assert.deepEqual([message?.edits, message?.replies.length], [1, 1]);
      assert.deepEqual((await saidOf()).files, {});
      running.slack.setFault(undefined);
      await sayIt(incident);
      assert.equal(attached().length, 1);
    });

    it('leaves for good what Slack refuses for good', async () => {
      running.slack.setFault({ error: 'storage_limit_reached' }, { method: 'files.getUploadURLExternal' });
      await sayIt(incidentAfter([fired(0, LARGE)]));
      assert.deepEqual(await callsToSayAgain(), []);
    });
  });

  describe('without time', () => {
    it('makes no call that could not be finished', async () => {
      await assert.rejects(sayIt(incident, { leftMs: CALL_TIME_MS - 1 }), OutOfTimeError);
      assert.deepEqual(calls(), []);
    });

    it('makes the call that can just be finished', async () => {
      await sayIt(incident, { leftMs: CALL_TIME_MS });
      assert.deepEqual(calls(), ['chat.postMessage']);
    });

    it('keeps what it did before time ran out', async () => {
      const slow: Chat = {
        ...chat,
        edit: async (posted, message) => {
          await chat.edit(posted, message);
          now += DEADLINE_MS;
        },
      };
      await sayIt(incident);
      await assert.rejects(sayIt(later(resolved(1)), { through: slow }), OutOfTimeError);
      assert.deepEqual([shown()[0]?.edits, shown()[0]?.replies.length, (await saidOf()).revision], [1, 0, 2]);
    });

    it('posts no new message either when the old one is found to be gone', async () => {
      const slow: Chat = {
        ...chat,
        edit: async () => {
          now += DEADLINE_MS;
          throw new SlackError('chat.update', 'gone', 'message_not_found');
        },
      };
      await sayIt(incident);
      await assert.rejects(sayIt(later(resolved(1)), { through: slow }), OutOfTimeError);
      assert.deepEqual([calls(), (await recorded()).said], [['chat.postMessage'], undefined]);
    });

    it('needs none when everything is said', async () => {
      await sayIt(incident);
      await sayIt(incident, { leftMs: 0 });
      assert.deepEqual(calls(), ['chat.postMessage']);
    });
  });
});
