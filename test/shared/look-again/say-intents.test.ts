/** Rules 1 and 2: every step is intended on record before it is taken, and nobody says again what somebody may have said. */
import assert from 'node:assert/strict';
import type { Incident, Intent } from '../../../shared/incidents/incident.ts';
import { intentOf, nextStep } from '../../../shared/incidents/steps.ts';
import { BusyError } from '../../../shared/look-again/say.ts';
import type { Chat } from '../../../shared/slack/chat.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { SlackError } from '../../../shared/slack/refusal.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { episodeOf, fires, incidentAfter, resolves } from '../../helpers/incidents.ts';
import { type Saying, startSaying } from '../../helpers/saying.ts';

const MANY = Array.from({ length: 24 }, (_, index) => node(`node-${String(index).padStart(2, '0')}`, index % 2 ? 'amd64' : 'arm64'));
const FEW = snapshot({ nodes: MANY.slice(0, 2), hyperConverged: hyperConverged() });
const LARGE = snapshot({ nodes: MANY, hyperConverged: hyperConverged() });
const OVER_TIME_MS = 40_000;

type Step = Intent['step'];
const METHODS = { post: 'chat.postMessage', edit: 'chat.update', reply: 'chat.postMessage', file: 'files.getUploadURLExternal' } as const;

describe('an intent', () => {
  let running: Saying;
  let incident: Incident;
  beforeEach(async () => {
    running = await startSaying();
    incident = incidentAfter([{ snapshot: FEW, at: running.at(0), claims: [fires(running.at(0))] }]);
    await running.record(incident);
  });
  afterEach(() => running.close());

  const intent = async () => (await running.episode(incident.key)).intent;
  const shown = () => running.slack.messages();
  const texts = () => shown().flatMap(({ replies }) => replies.map(({ text }) => text));
  const files = () => shown().flatMap(({ replies }) => replies.flatMap((reply) => reply.files));
  const advance = async (found = FEW) => {
    const { incident: after } = await running.store.read(incident.key);
    assert.ok(after);
    const at = running.at(1);
    incident = incidentAfter([{ snapshot: found, at, claims: [resolves(at)] }], { after });
    await running.record(incident);
  };
  /** Brings the channel to where this step is the next one. */
  const until = async (step: Step) => {
    if (step === 'post') return;
    await running.replica()(incident.key);
    await advance(step === 'file' ? LARGE : FEW);
    if (step === 'edit') return;
    const stops = new Error('stops here');
    const stop = { reply: () => Promise.reject(stops), attach: () => Promise.reject(stops) };
    const chat: Partial<Chat> = step === 'reply' ? { reply: stop.reply } : { attach: stop.attach };
    await assert.rejects(running.replica({ chat })(incident.key), stops);
    const { intent: _, ...episode } = await running.episode(incident.key);
    await running.record({ ...incident, episode: { ...episode, intent: undefined } });
  };
  /** Puts the intent to do what comes next on record, as somebody who then does nothing. */
  const intend = async (changes: Partial<Intent> = {}): Promise<Intent> => {
    const episode = await running.episode(incident.key);
    const step = nextStep(episode, renderIncident(incident, episode, { consoleUrl: undefined, buttons: [] }).files, running.now());
    assert.ok(step);
    const theirs = { ...intentOf(step, episode, { id: 'theirs', now: running.now() }), ...changes };
    await running.record({ ...incident, episode: { ...episode, intent: theirs } });
    return theirs;
  };
  /** A Slack that is asked and does not answer. */
  const unanswered = (isDone: boolean): Partial<Chat> => {
    const { chat } = running;
    const lose = async (act: () => Promise<unknown>): Promise<never> => {
      if (isDone) await act();
      throw new SlackError('chat', 'unanswered', 'timeout');
    };
    return {
      post: (message) => lose(() => chat.post(message)),
      edit: (posted, message) => lose(() => chat.edit(posted, message)),
      reply: (posted, reply) => lose(() => chat.reply(posted, reply)),
      attach: (posted, file) => lose(() => chat.attach(posted, file)),
    };
  };
  /** How often the channel shows what the step does. */
  const times = (step: Step) =>
    ({ post: shown().length, edit: shown()[0]?.edits, reply: texts().length - files().length, file: files().length })[step];

  for (const step of ['post', 'edit', 'reply', 'file'] as const) {
    describe(`to ${step}`, () => {
      beforeEach(() => until(step));

      it('stands on record before Slack is asked, with what will be said, and is gone after it', async () => {
        let seen: Intent | undefined;
        const note = async () => {
          seen ??= await intent();
        };
        const { chat } = running;
        await running.replica({
          chat: {
            post: async (message) => note().then(() => chat.post(message)),
            edit: async (posted, message) => note().then(() => chat.edit(posted, message)),
            reply: async (posted, reply) => note().then(() => chat.reply(posted, reply)),
            attach: async (posted, file) => note().then(() => chat.attach(posted, file)),
          },
        })(incident.key);
        const episode = await running.episode(incident.key);
        assert.deepEqual([seen?.step, seen?.willSay.revision, episode.intent], [step, episode.revision, undefined]);
      });

      it("of another's is waited for; finished meanwhile, nothing is said twice", async () => {
        const theirs = await intend();
        const finish = async () => {
          const episode = await running.episode(incident.key);
          if (episode.intent?.id !== theirs.id) return;
          const posted = episode.said ?? { channel: 'C0ALERTS', ts: '1.000001' };
          await running.record({ ...incident, episode: { ...episode, intent: undefined, said: { ...posted, ...theirs.willSay } } });
        };
        const before = times(step);
        await running.replica({ onPause: finish })(incident.key);
        assert.equal(times(step), before);
      });

      it("of another's that is not finished in time makes the sender come again", async () => {
        await intend();
        const calls = running.slack.calls().length;
        await assert.rejects(running.replica()(incident.key), BusyError);
        assert.equal(running.slack.calls().length, calls);
      });

      for (const at of ['1999-01-01T00:00:00Z', '2031-01-01T00:00:00Z']) {
        it(`is over by the clock of who sees it, whatever it says (${at}); what was not done is done once`, async () => {
          await intend({ at });
          const replica = running.replica();
          const before = times(step) ?? 0;
          await assert.rejects(replica(incident.key), BusyError);
          running.wait(OVER_TIME_MS);
          await replica(incident.key);
          assert.deepEqual([times(step), await intent()], [before + 1, undefined]);
        });
      }

      for (const isDone of [true, false]) {
        it(`that was not answered is nobody's until its time is over, and then ${isDone ? 'found done' : 'done once'}`, async () => {
          const before = times(step) ?? 0;
          await running
            .replica({ chat: unanswered(isDone) })(incident.key)
            .catch((error) => assert.ok(error instanceof SlackError));
          const next = running.replica();
          if (step !== 'file') await assert.rejects(next(incident.key), BusyError); // nothing waits for a file
          running.wait(OVER_TIME_MS);
          await next(incident.key);
          assert.equal(times(step), before + (step === 'edit' && isDone ? 2 : 1)); // to edit again is to edit once
        });
      }

      for (const fault of ['down', 'lost-reply', { error: 'internal_error' }] as const) {
        it(`that failed (${JSON.stringify(fault)}) is looked back at by the next one, at once, and done once`, async () => {
          const before = times(step) ?? 0;
          running.slack.setFault(fault, { method: METHODS[step], calls: 1 });
          await running
            .replica()(incident.key)
            .catch((error) => assert.ok(error instanceof SlackError));
          if (fault === 'lost-reply') running.wait(OVER_TIME_MS);
          await running
            .replica()(incident.key)
            .catch((error) => assert.ok(error instanceof BusyError));
          running.wait(OVER_TIME_MS);
          assert.equal(times(step), before + (step === 'edit' && fault === 'lost-reply' ? 2 : 1));
        });
      }

      for (const code of ['ratelimited', 'is_archived', 'invalid_auth']) {
        it(`is not left where Slack did not do it: ${code}`, async () => {
          running.slack.setFault({ error: code }, { method: METHODS[step] });
          await running
            .replica()(incident.key)
            .catch((error) => assert.ok(error instanceof SlackError));
          assert.equal(await intent(), undefined);
        });
      }

      it('is done although nobody may look back: a double rather than a loss, and that is logged', async () => {
        await intend({ isInDoubt: true });
        const method = step === 'post' ? 'conversations.history' : 'conversations.replies';
        running.slack.setFault({ error: 'missing_scope' }, { method });
        const before = times(step) ?? 0;
        await running.replica()(incident.key);
        assert.equal(times(step), before + 1);
        const warned = running.log.lines.some(({ level, message }) => level === 'warn' && message.includes('may be there already'));
        assert.equal(warned, step !== 'edit');
      });
    });
  }

  it('to reply in a thread whose message a person deleted does not stand for ever: the message is posted anew', async () => {
    await until('reply');
    await intend({ isInDoubt: true });
    const [message] = shown();
    running.slack.deleteMessage(message?.ts ?? '');
    await running.replica()(incident.key);
    assert.deepEqual([shown().length, await intent()], [1, undefined]);
  });

  it('to post what is over is found, though the clocks of all but Slack are hours ahead', async () => {
    const over = snapshot({ nodes: MANY.slice(0, 2), hyperConverged: hyperConverged({ gate: true }) });
    incident = incidentAfter([{ snapshot: over, at: running.at(180), claims: [fires(running.at(180))] }]);
    await running.record(incident);
    await intend({ isInDoubt: true, at: running.at(180) });
    const { ts } = await running.chat.post(renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: [] }));
    await running.replica({ aheadMs: 180 * 60_000 })(incident.key);
    assert.deepEqual([shown().length, (await running.episode(incident.key)).said?.ts], [1, ts]);
  });

  it('to post is looked back for through more than one page', async () => {
    await intend({ isInDoubt: true });
    const message = renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: [] });
    const { ts } = await running.chat.post(message);
    for (let count = 0; count < 450; count++) running.slack.postAsPerson(`${count}`);
    await running.replica()(incident.key);
    assert.deepEqual([(await running.episode(incident.key)).said?.ts, times('post')], [ts, 451]);
  });

  it('whose owner comes too late: it deletes its own message', async () => {
    const late = running.replica({
      chat: {
        post: async (message) => {
          running.wait(OVER_TIME_MS);
          const episode = await running.episode(incident.key);
          await running.record({ ...incident, episode: { ...episode, intent: undefined } }); // another looked back, and it was not there
          await running.replica()(incident.key);
          return running.chat.post(message);
        },
      },
    });
    await late(incident.key);
    assert.deepEqual([shown().length, shown()[0]?.ts], [1, (await running.episode(incident.key)).said?.ts]);
  });

  it('to post is not held up by a channel that lets nobody read now, nor by one that is too long to be read', async () => {
    const quiet = async () => Promise.reject(new SlackError('conversations.history', 'rate-limited', 'ratelimited'));
    await running.replica({ chat: { messages: quiet } })(incident.key);
    assert.equal(shown().length, 1);
  });

  it('to post leaves time for it, however much there is to read', async () => {
    const long: Chat['messages'] = async ({ until }) => {
      running.wait(until - running.now().getTime() + 2_900); // the last page begins just before, and takes long
      return [];
    };
    await running.replica({ chat: { messages: long } })(incident.key);
    assert.equal(shown().length, 1);
  });
});
