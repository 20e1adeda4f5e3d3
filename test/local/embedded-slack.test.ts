import assert from 'node:assert/strict';
import type { ConversationsHistoryResponse } from '@slack/web-api';
import { CHANNEL, type RunningSlack, startSlack, TOKEN } from '../helpers/embedded-slack.ts';

const channel = CHANNEL.id;
const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } });
const metadata = { event_type: 'archwatch_incident', event_payload: { key: 'prod/alert', revision: 1 } };

describe('the embedded Slack', () => {
  let running: RunningSlack;
  beforeEach(async () => {
    running = await startSlack();
  });
  afterEach(() => running.close());

  const post = (text = 'hello', more: object = {}) => running.client.chat.postMessage({ channel, text, ...more });
  const ts = async (text?: string, more?: object) => String((await post(text, more)).ts);
  const codeOf = async (call: Promise<unknown>) => {
    const error = await call.then(
      () => assert.fail('was not refused'),
      (reason: { data?: { error: string }; code?: string }) => reason,
    );
    return error.data?.error ?? error.code;
  };

  it('keeps what the real client posts, as it was posted', async () => {
    const posted = await post('5 < 6 & 7', { blocks: [section('*bold* &amp; ünï')], metadata });
    const [message] = running.slack.messages();
    assert.equal(posted.ts, '1788258727.000000');
    assert.deepEqual(message, {
      ...{ ts: posted.ts, author: 'app', broadcast: false, text: '5 < 6 & 7', blocks: [section('*bold* &amp; ünï')], metadata },
      ...{ files: [], edits: 0, deleted: false, replies: [] },
    });
  });

  it('takes the channel by name in a post, and JSON bodies', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8' };
    const body = JSON.stringify({ channel: '#alerts', blocks: [section('as JSON')] });
    const answer = await fetch(`${running.api}chat.postMessage`, { method: 'POST', headers, body });
    assert.equal(answer.status, 200);
    assert.deepEqual(running.slack.messages()[0]?.blocks, [section('as JSON')]);
  });

  it('gives each message a later ts while the clock stands still or goes back', async () => {
    const first = await ts();
    const second = await ts();
    running.wait(-1);
    const third = await ts();
    assert.deepEqual([first, second, third], ['1788258727.000000', '1788258727.000001', '1788258727.000002']);
  });

  it('edits in place: same ts, new blocks, metadata kept unless said otherwise', async () => {
    const old = await ts('old', { blocks: [section('old')], metadata });
    await running.client.chat.update({ channel, ts: old, text: 'new', blocks: [section('new')] });
    const [message, ...others] = running.slack.messages();
    assert.deepEqual([message?.ts, message?.text, message?.edits, others.length], [old, 'new', 1, 0]);
    assert.deepEqual(message?.blocks, [section('new')]);
    assert.deepEqual(message?.metadata, metadata);
  });

  it('wipes the blocks when an edit has only text', async () => {
    const old = await ts('old', { blocks: [section('old')] });
    await running.client.chat.update({ channel, ts: old, text: 'new' });
    assert.deepEqual(running.slack.messages()[0]?.blocks, []);
  });

  it('keeps replies in the thread of their parent, and says which are broadcast', async () => {
    const parent = await ts('parent');
    await post('quiet', { thread_ts: parent });
    await post('loud', { thread_ts: parent, reply_broadcast: true });
    const [message, ...others] = running.slack.messages();
    assert.equal(others.length, 0);
    assert.deepEqual(
      message?.replies.map(({ text, broadcast, threadTs }) => [text, broadcast, threadTs]),
      [
        ['quiet', false, parent],
        ['loud', true, parent],
      ],
    );
  });

  it('shares an uploaded file in its thread, with title and content', async () => {
    const parent = await ts('parent');
    await running.client.filesUploadV2({
      ...{ channel_id: channel, thread_ts: parent, initial_comment: 'All nodes' },
      ...{ filename: 'nodes.txt', title: 'Nodes', content: 'worker-1 amd64\nworker-2 ärm64\n' },
    });
    const reply = running.slack.messages()[0]?.replies[0];
    assert.equal(reply?.text, 'All nodes');
    assert.deepEqual(reply?.files, [{ id: 'F00000001', name: 'nodes.txt', title: 'Nodes', content: 'worker-1 amd64\nworker-2 ärm64\n' }]);
  });

  it('takes the raw bytes of a file, too', async () => {
    const { upload_url, file_id = '' } = await running.client.files.getUploadURLExternal({ filename: 'a.txt', length: 3 });
    await fetch(String(upload_url), { method: 'POST', body: 'abc' });
    await running.client.files.completeUploadExternal({ files: [{ id: file_id, title: 'A' }], channel_id: channel });
    assert.equal(running.slack.messages()[0]?.files[0]?.content, 'abc');
  });

  it('knows who is asking', async () => {
    assert.equal((await running.client.auth.test()).user, 'archwatch');
  });

  it('writes down every call, without the token', async () => {
    const body = new URLSearchParams({ token: TOKEN, channel, text: 'hello' });
    await fetch(`${running.api}chat.postMessage`, { method: 'POST', body });
    assert.deepEqual(running.slack.calls(), [{ method: 'chat.postMessage', arguments: { channel, text: 'hello' } }]);
    assert.equal(running.slack.messages().length, 1);
  });

  it('tells its listeners of each change, and nobody who left', async () => {
    let changes = 0;
    const leave = running.slack.subscribe(() => {
      changes += 1;
    });
    const old = await ts();
    await running.client.chat.update({ channel, ts: old, text: 'new' });
    await running.client.conversations.history({ channel });
    running.slack.deleteMessage(old);
    assert.equal(changes, 3);
    leave();
    running.slack.postAsPerson('hi');
    assert.equal(changes, 3);
  });

  describe('when a person deletes a message', () => {
    it('forgets one that nobody answered', async () => {
      const old = await ts();
      assert.equal(running.slack.deleteMessage(old), true);
      assert.equal(running.slack.deleteMessage(old), false);
      assert.deepEqual(running.slack.messages(), []);
      assert.equal(await codeOf(running.client.chat.update({ channel, ts: old, text: 'new' })), 'message_not_found');
    });

    it('keeps the replies of one that was answered, and lets nobody answer or edit it', async () => {
      const old = await ts('parent', { metadata });
      await post('reply', { thread_ts: old });
      running.slack.deleteMessage(old);
      const [message] = running.slack.messages();
      assert.deepEqual([message?.deleted, message?.text, message?.metadata, message?.replies.length], [true, '', undefined, 1]);
      assert.equal(await codeOf(post('late', { thread_ts: old })), 'thread_not_found');
      assert.equal(await codeOf(running.client.chat.update({ channel, ts: old, text: 'new' })), 'message_not_found');
    });

    it('forgets the parent with its last reply', async () => {
      const parent = await ts();
      const reply = await ts('reply', { thread_ts: parent });
      running.slack.deleteMessage(parent);
      running.slack.deleteMessage(reply);
      assert.deepEqual(running.slack.messages(), []);
    });
  });

  describe('read back', () => {
    it('pages from the newest to the oldest, with broadcast replies and without quiet ones', async () => {
      const first = await ts('1');
      await post('2');
      await post('quiet', { thread_ts: first });
      await post('loud', { thread_ts: first, reply_broadcast: true });
      const pages: unknown[] = [];
      for await (const page of running.client.paginate('conversations.history', { channel, limit: 2 })) {
        const { messages }: ConversationsHistoryResponse = page;
        pages.push(messages?.map(({ text }) => text));
      }
      assert.deepEqual(pages, [['loud', '2'], ['1']]);
    });

    it('shows metadata only to those who ask', async () => {
      await post('hello', { metadata });
      const metadataWith = async (more: object) =>
        (await running.client.conversations.history({ channel, ...more })).messages?.[0]?.metadata;
      assert.equal(await metadataWith({}), undefined);
      assert.deepEqual(await metadataWith({ include_all_metadata: true }), metadata);
    });

    for (const { window, found } of [
      { window: {}, found: ['3', '2', '1'] },
      { window: { oldest: '1788258737.000000' }, found: ['3'] },
      { window: { oldest: '1788258737.000000', inclusive: true }, found: ['3', '2'] },
      { window: { latest: '1788258737.000000' }, found: ['1'] },
      { window: { oldest: '1788258727.5', latest: '1788258738' }, found: ['2'] },
    ]) {
      it(`finds ${found} within ${JSON.stringify(window)}`, async () => {
        for (const text of ['1', '2', '3']) {
          await post(text);
          running.wait(10);
        }
        const { messages } = await running.client.conversations.history({ channel, ...window });
        assert.deepEqual(
          messages?.map(({ text }) => text),
          found,
        );
      });
    }

    it('reads a thread from its parent on', async () => {
      const parent = await ts('parent');
      await post('1', { thread_ts: parent, metadata });
      await post('2', { thread_ts: parent });
      const { messages } = await running.client.conversations.replies({ channel, ts: parent, include_all_metadata: true });
      assert.deepEqual(
        messages?.map(({ text, thread_ts }) => [text, thread_ts]),
        [
          ['parent', parent],
          ['1', parent],
          ['2', parent],
        ],
      );
      assert.deepEqual((messages?.[1] as { metadata?: unknown } | undefined)?.metadata, metadata);
    });
  });

  describe('refuses', () => {
    const cases: readonly { readonly what: string; readonly code: string; readonly call: () => Promise<unknown> }[] = [
      {
        what: 'a call without a token',
        code: 'not_authed',
        call: () => running.clientWith(undefined).chat.postMessage({ channel, text: 'x' }),
      },
      { what: 'another token', code: 'invalid_auth', call: () => running.clientWith('xoxb-other').auth.test() },
      {
        what: 'another channel',
        code: 'channel_not_found',
        call: () => running.client.chat.postMessage({ channel: 'C0OTHER', text: 'x' }),
      },
      {
        what: 'an edit by channel name',
        code: 'channel_not_found',
        call: () => running.client.chat.update({ channel: '#alerts', ts: '1.0', text: 'x' }),
      },
      { what: 'a message without text and blocks', code: 'no_text', call: () => post('') },
      { what: 'a text over 40,000 characters', code: 'msg_too_long', call: () => post('x'.repeat(40_001)) },
      { what: 'blocks that are no list', code: 'invalid_blocks_format', call: () => post('x', { blocks: 'oops' }) },
      { what: 'metadata without a type', code: 'invalid_metadata_format', call: () => post('x', { metadata: { event_payload: {} } }) },
      {
        what: 'metadata over its size',
        code: 'metadata_too_large',
        call: () => post('x', { metadata: { event_type: 'big', event_payload: { text: 'x'.repeat(8_000) } } }),
      },
      { what: 'a reply to nothing', code: 'thread_not_found', call: () => post('x', { thread_ts: '1.000000' }) },
      {
        what: 'a reply to a reply',
        code: 'thread_not_found',
        call: async () => post('x', { thread_ts: await ts('reply', { thread_ts: await ts() }) }),
      },
      {
        what: 'an edit of nothing',
        code: 'message_not_found',
        call: () => running.client.chat.update({ channel, ts: '1.000000', text: 'x' }),
      },
      {
        what: 'an edit of what a person wrote',
        code: 'cant_update_message',
        call: () => running.client.chat.update({ channel, ts: running.slack.postAsPerson('mine'), text: 'x' }),
      },
      {
        what: 'to delete what a person wrote',
        code: 'cant_delete_message',
        call: () => running.client.chat.delete({ channel, ts: running.slack.postAsPerson('mine') }),
      },
      { what: 'what it would lose', code: 'invalid_arguments', call: () => post('x', { attachments: [{ color: '#fff', fallback: 'x' }] }) },
      { what: 'a method that it does not have', code: 'unknown_method', call: () => running.client.apiCall('chat.meMessage') },
      {
        what: 'a cursor of somebody else',
        code: 'invalid_cursor',
        call: () => running.client.conversations.history({ channel, cursor: 'b29wcw==' }),
      },
      {
        what: 'a thread that is not there',
        code: 'thread_not_found',
        call: () => running.client.conversations.replies({ channel, ts: '1.000000' }),
      },
      {
        what: 'an empty file',
        code: 'missing_argument',
        call: () => running.client.files.getUploadURLExternal({ filename: 'a.txt', length: 0 }),
      },
      {
        what: 'a file that was never uploaded',
        code: 'file_not_found',
        call: () => running.client.files.completeUploadExternal({ files: [{ id: 'F1', title: 'x' }], channel_id: channel }),
      },
    ];
    for (const { what, code, call } of cases) {
      it(`${what}: ${code}`, async () => {
        assert.equal(await codeOf(call()), code);
      });
    }
  });

  describe('lets through', () => {
    it('five posts at once, and then one each second', async () => {
      for (const text of ['1', '2', '3', '4', '5']) await post(text);
      await assert.rejects(post('6'), { code: 'slack_webapi_rate_limited_error', retryAfter: 1 });
      running.wait(1);
      await post('6');
      await assert.rejects(post('7'), { retryAfter: 1 });
      running.wait(2);
      await Promise.all([post('7'), post('8')]);
      assert.equal(running.slack.messages().length, 8);
    });

    it('fifty edits a minute, whatever else is called', async () => {
      const old = await ts();
      const edit = () => running.client.chat.update({ channel, ts: old, text: 'new' });
      await Promise.all(Array.from({ length: 50 }, edit));
      running.wait(59);
      assert.equal(await codeOf(edit()), 'slack_webapi_rate_limited_error');
      await post();
      running.wait(1);
      await edit();
      assert.equal(running.slack.messages()[0]?.edits, 51);
    });
  });

  describe('with trouble switched on', () => {
    for (const { fault, code, done } of [
      { fault: 'down', code: 'slack_webapi_http_error', done: 0 },
      { fault: 'hang', code: 'slack_webapi_request_error', done: 0 },
      { fault: 'rate-limited', code: 'slack_webapi_rate_limited_error', done: 0 },
      { fault: { error: 'is_archived' }, code: 'is_archived', done: 0 },
      { fault: 'lost-reply', code: undefined, done: 1 },
      { fault: 'no-reply', code: 'slack_webapi_request_error', done: 1 },
    ] as const) {
      it(`${JSON.stringify(fault)}: the client sees ${code ?? 'a broken answer'}, and ${done} message is there`, async () => {
        running.slack.setFault(fault);
        assert.equal(await codeOf(post()), code);
        assert.equal(running.slack.messages().length, done);
        running.slack.setFault(undefined);
        await post();
        assert.equal(running.slack.messages().length, done + 1);
      });
    }

    it('hits only the calls and the method that it was meant for', async () => {
      running.slack.setFault({ error: 'edrunningwindow_closed' }, { method: 'chat.update', calls: 1 });
      const old = await ts();
      const edit = () => running.client.chat.update({ channel, ts: old, text: 'new' });
      assert.equal(await codeOf(edit()), 'edrunningwindow_closed');
      await edit();
      assert.equal(running.slack.messages()[0]?.edits, 1);
    });
  });
});
