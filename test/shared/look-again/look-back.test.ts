/** What of ours stands in the channel: which message, which reply, which file, and from when it is searched for. */
import assert from 'node:assert/strict';
import type { Intent } from '../../../shared/incidents/incident.ts';
import { fileMark } from '../../../shared/incidents/steps.ts';
import { createLookBack } from '../../../shared/look-again/look-back.ts';
import type { HistoryMessage } from '../../../shared/slack/history.ts';
import { snapshot } from '../../helpers/cluster-objects.ts';
import { FOUND, minute } from '../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter } from '../../helpers/incidents.ts';
import { silentLog } from '../../helpers/log.ts';

const incident = incidentAfter([{ snapshot: snapshot(FOUND.present), at: minute(0), claims: [fires(minute(0))] }]);
const { key } = incident;
const said = { channel: 'C', ts: '100.1', revision: 1, checkedAt: undefined, announcements: 1, files: { 'nodes.txt': 'old' } };
const episode = { ...episodeOf(incident), said, closed: ['closed'] };
const willSay = { revision: 2, checkedAt: minute(0), announcements: 2, files: { 'nodes.txt': fileMark('12345') } };
const intentTo = (step: Intent['step']): Intent => ({ id: 'i', step, at: minute(10), lastsMs: 1, isInDoubt: true, willSay });

const found = (ts: string, changes: Partial<HistoryMessage> = {}): HistoryMessage => ({
  ...{ channel: 'C', ts, eventType: 'archwatch_incident', files: [] },
  payload: { key, episode: episode.id, verdict: 'confirmed', claim: 'firing', revision: 4 },
  ...changes,
});
const withPayload = (ts: string, changes: object) => found(ts, { payload: { ...found(ts).payload, ...changes } });
const reply = (payload: object) =>
  found('101.1', { eventType: 'archwatch_reply', payload: { key, episode: episode.id, number: 2, ...payload } });
const file = (name: string, size: number) => found('101.1', { eventType: '', payload: {}, files: [{ name, size }] });

const SPAN = { since: undefined, until: 0 };
const WEEK_AGO = Date.parse(minute(0)) - 7 * 24 * 3_600_000;

function lookBackAt(messages: readonly HistoryMessage[]) {
  const oldest: Date[] = [];
  const read = async (options: { readonly oldest: Date }) => {
    oldest.push(options.oldest);
    return messages;
  };
  const chat = { messages: read, replies: (_: string, options: { readonly oldest: Date }) => read(options) };
  return { oldest, lookBack: createLookBack({ chat, log: silentLog, now: () => new Date(minute(0)) }) };
}

describe('looking back', () => {
  const cases = [
    { to: 'post', what: 'this episode', messages: [found('2'), found('1')], ts: '1' },
    { to: 'post', what: 'another episode', messages: [withPayload('1', { episode: 'other' })], ts: undefined },
    { to: 'post', what: 'another key', messages: [withPayload('1', { key: 'other' })], ts: undefined },
    { to: 'post', what: 'a reply', messages: [found('1', { eventType: 'archwatch_reply' })], ts: undefined },
    { to: 'post', what: 'a message that is closed', messages: [found('closed')], ts: undefined },
    { to: 'edit', what: 'anything', messages: [found('1')], ts: undefined },
    { to: 'reply', what: 'this number', messages: [reply({})], ts: said.ts },
    { to: 'reply', what: 'another number', messages: [reply({ number: 1 })], ts: undefined },
    { to: 'reply', what: 'another episode', messages: [reply({ episode: 'other' })], ts: undefined },
    { to: 'file', what: 'this name and size', messages: [file('nodes.txt', 5)], ts: said.ts },
    { to: 'file', what: 'another size', messages: [file('nodes.txt', 15)], ts: undefined },
    { to: 'file', what: 'another name', messages: [file('options.txt', 5)], ts: undefined },
  ] as const;
  for (const { to, what, messages, ts } of cases) {
    it(`for a ${to} ${ts ? 'finds' : 'does not take'} ${what}`, async () => {
      const { lookBack } = lookBackAt(messages);
      assert.deepEqual(await lookBack.outcomeOf(key, episode, intentTo(to), 0), ts && { ...willSay, channel: 'C', ts });
    });
  }

  it('begins five minutes before the intent, and in a thread with its message', async () => {
    const { lookBack, oldest } = lookBackAt([]);
    await lookBack.outcomeOf(key, episode, intentTo('post'), 0);
    await lookBack.outcomeOf(key, episode, intentTo('reply'), 0);
    assert.deepEqual(oldest, [new Date(minute(5)), new Date(100_100)]);
  });

  it('finds what is open, oldest first, and all of an episode that is asked for', async () => {
    const over = withPayload('2', { verdict: 'resolved' });
    const { lookBack } = lookBackAt([withPayload('3', { episode: 'other' }), over, found('1'), withPayload('0', { key: 'other' })]);
    const listed = async (of?: string) => (await lookBack.openMessages(key, SPAN, of)).map(({ ts }) => ts);
    assert.deepEqual(
      [await listed(), await listed(episode.id)],
      [
        ['1', '3'],
        ['1', '2', '3'],
      ],
    );
  });

  it('reads five minutes more than since when something may stand there, a week where nothing is known, and never more', async () => {
    const { lookBack, oldest } = lookBackAt([]);
    for (const since of [new Date(minute(20)), undefined, new Date('1999-01-01')]) await lookBack.openMessages(key, { since, until: 0 });
    const [first, ...week] = oldest.map((date) => date.getTime());
    assert.equal(first, Date.parse(minute(15)));
    assert.deepEqual(week, [WEEK_AGO, WEEK_AGO]);
  });

  it('reads once for all who ask at the same time', async () => {
    const { lookBack, oldest } = lookBackAt([]);
    await Promise.all([1, 2, 3].map(() => lookBack.openMessages(key, SPAN)));
    assert.equal(oldest.length, 1);
  });

  it('makes nothing of words that are none of ours', async () => {
    const { lookBack } = lookBackAt([withPayload('1', { verdict: 'fine', claim: 7, revision: 'x' })]);
    const [message] = await lookBack.openMessages(key, SPAN);
    assert.deepEqual([message?.verdict, message?.claim, message?.revision], ['unverifiable', 'none', 1]);
  });
});
