/** Reading the channel back: only what is ours, page by page. */
import assert from 'node:assert/strict';
import type { Call } from '../../../shared/slack/client.ts';
import { createHistory } from '../../../shared/slack/history.ts';
import { SlackError } from '../../../shared/slack/refusal.ts';

const US = { bot_id: 'B0US', user_id: 'U0US' };
const metadata = { event_type: 'archwatch_incident', event_payload: { key: 'k' } };

/** A Slack that answers each call of a method with the next of these, and counts them. */
function answering(answers: Readonly<Record<string, readonly unknown[]>>) {
  const calls: string[] = [];
  const call: Call = async (method) => {
    const next = answers[method]?.[calls.filter((called) => called === method).length];
    calls.push(method);
    if (next instanceof Error) throw next;
    return next as never; // what the SDK would have answered
  };
  return { calls, history: createHistory(call, 'C', () => new Date(0)) };
}

const page = (messages: readonly object[], cursor = '') => ({ messages, response_metadata: { next_cursor: cursor } });
const SPAN = { oldest: new Date(0), until: 1_000 };

describe('the history', () => {
  it('holds what we have posted, and nothing that others have, whatever they say that it is', async () => {
    const messages = [
      { ts: '4', bot_id: 'B0US', user: 'U0US', metadata },
      { ts: '3', bot_id: 'B0OTHER', user: 'U0OTHER', metadata },
      { ts: '2', user: 'U0PERSON', metadata },
      { ts: '1', user: 'U0US', files: [{ name: 'nodes.txt', size: 3 }] },
    ];
    const { history } = answering({ 'auth.test': [US], 'conversations.history': [page(messages)] });
    assert.deepEqual(
      (await history.messages(SPAN)).map(({ ts }) => ts),
      ['4', '1'],
    );
  });

  it('asks once who we are, and again only where that failed', async () => {
    const failed = new SlackError('auth.test', 'failed', 'internal_error');
    const { calls, history } = answering({ 'auth.test': [failed, US], 'conversations.history': [page([]), page([]), page([])] });
    await assert.rejects(history.messages(SPAN), failed);
    await history.messages(SPAN);
    await history.messages(SPAN);
    assert.equal(calls.filter((method) => method === 'auth.test').length, 2);
  });

  it('is read in pages, no more than twelve in a row', async () => {
    const pages = Array.from({ length: 20 }, (_, index) => page([{ ts: String(index), bot_id: 'B0US' }], 'more'));
    const { history } = answering({ 'auth.test': [US], 'conversations.history': pages });
    assert.equal((await history.messages(SPAN)).length, 12);
  });
});
