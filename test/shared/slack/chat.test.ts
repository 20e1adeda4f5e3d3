/** The channel over a real socket: each call is one request, whatever comes of it, and every refusal says what it means. */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Fault } from '../../../local/embedded-slack/faults.ts';
import { listen } from '../../../shared/http/listen.ts';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import type { Reply } from '../../../shared/slack/announcement.ts';
import { type Chat, createChat, type PostedMessage } from '../../../shared/slack/chat.ts';
import { CALL_TIME_MS } from '../../../shared/slack/client.ts';
import { type Message, renderIncident } from '../../../shared/slack/message.ts';
import { type Refusal, SlackError, toSlackError } from '../../../shared/slack/refusal.ts';
import { CHANNEL, type RunningSlack, startSlack, TOKEN } from '../../helpers/embedded-slack.ts';
import { episodeOf } from '../../helpers/incidents.ts';
import { silentLog } from '../../helpers/log.ts';
import { SCENARIOS } from './scenarios.ts';

const FILE = { name: 'nodes.txt', title: 'All workload nodes', content: 'amd64\tworker-1\n' };
const REPLY: Reply = {
  text: 'It is over.',
  blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'It is over.' }] }] }],
  broadcast: false,
  metadata: { event_type: 'archwatch_reply', event_payload: { key: 'prod/X', episode: 'e', number: 1 } },
};

function messageOf(name: string): Message {
  const incident = SCENARIOS.find((scenario) => scenario.name === name)?.incident;
  if (!incident) throw new Error(`no scenario ${name}`);
  return renderIncident(incident, episodeOf(incident), { consoleUrl: undefined, buttons: BUTTONS });
}

const MESSAGE = messageOf('confirmed');
const AFTERWARDS = messageOf('resolved');

describe('the chat', () => {
  let running: RunningSlack;
  let chat: Chat;
  let posted: PostedMessage;
  let now: number;
  let token: string;
  const connect = (channel = CHANNEL.id) =>
    createChat({ token: async () => token, channel, apiUrl: running.api, now: () => new Date(now) });
  beforeEach(async () => {
    now = 0;
    token = TOKEN;
    running = await startSlack();
    chat = connect();
    posted = await chat.post(MESSAGE);
  });
  afterEach(() => running.close());

  const calls = () => running.slack.calls().map(({ method }) => method);
  const shown = () => running.slack.messages().at(-1);
  /** The methods that were called while something was tried, and how it failed. */
  async function failing(attempt: () => Promise<unknown>): Promise<{ readonly error: SlackError; readonly called: readonly string[] }> {
    const before = calls().length;
    const error = await attempt().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof SlackError, `not a SlackError: ${inspect(error)}`);
    return { error, called: calls().slice(before) };
  }
  const attempts: Readonly<Record<string, { readonly run: () => Promise<unknown>; readonly method: string }>> = {
    post: { run: () => chat.post(MESSAGE), method: 'chat.postMessage' },
    edit: { run: () => chat.edit(posted, MESSAGE), method: 'chat.update' },
    reply: { run: () => chat.reply(posted, REPLY), method: 'chat.postMessage' },
    attach: { run: () => chat.attach(posted, FILE), method: 'files.getUploadURLExternal' },
  };

  it('posts a message with its metadata, unfurling nothing, and says where it is', () => {
    assert.deepEqual(posted, { channel: CHANNEL.id, ts: shown()?.ts });
    assert.deepEqual([shown()?.text, shown()?.blocks, shown()?.metadata], [MESSAGE.text, MESSAGE.blocks, MESSAGE.metadata]);
    const { unfurl_links, unfurl_media } = running.slack.calls()[0]?.arguments ?? {};
    assert.deepEqual([unfurl_links, unfurl_media], ['false', 'false']);
  });

  it('edits it in place, metadata too', async () => {
    await chat.edit(posted, AFTERWARDS);
    assert.equal(running.slack.messages().length, 1);
    assert.deepEqual([shown()?.text, shown()?.blocks, shown()?.metadata], [AFTERWARDS.text, AFTERWARDS.blocks, AFTERWARDS.metadata]);
  });

  for (const broadcast of [false, true]) {
    it(`replies in its thread${broadcast ? ', and in the channel when it got worse' : ''}`, async () => {
      await chat.reply(posted, { ...REPLY, broadcast });
      const [reply] = shown()?.replies ?? [];
      assert.deepEqual([reply?.text, reply?.metadata, reply?.broadcast], [REPLY.text, REPLY.metadata, broadcast]);
    });
  }

  it('attaches a file in its thread', async () => {
    await chat.attach(posted, FILE);
    const [file] = shown()?.replies[0]?.files ?? [];
    assert.deepEqual([file?.name, file?.title, file?.content], [FILE.name, FILE.title, FILE.content]);
  });

  const faults: readonly { readonly when: string; readonly fault: Fault; readonly refusal: Refusal }[] = [
    { when: 'Slack is down', fault: 'down', refusal: 'failed' },
    { when: 'the answer is lost', fault: 'lost-reply', refusal: 'failed' },
    { when: 'Slack fails inside', fault: { error: 'internal_error' }, refusal: 'failed' },
    { when: 'Slack wants it quiet', fault: 'rate-limited', refusal: 'rate-limited' },
  ];
  for (const [name, { method }] of Object.entries(attempts)) {
    for (const { when, fault, refusal } of faults) {
      it(`asks once, and not again, to ${name} when ${when}`, async () => {
        running.slack.setFault(fault);
        const { error, called } = await failing(async () => attempts[name]?.run());
        assert.deepEqual([error.refusal, called], [refusal, [method]]);
      });
    }
  }

  it('gives up on an answer that does not come', async () => {
    running.slack.setFault('hang');
    const began = performance.now();
    const { error, called } = await failing(() => chat.post(MESSAGE));
    assert.deepEqual([error.refusal, called], ['unanswered', ['chat.postMessage']]);
    assert.ok(performance.now() - began < CALL_TIME_MS + 1_500);
  });

  it('knows that nothing was done where nobody listens', async () => {
    const gone = await listen([], { port: 0, log: silentLog });
    await gone.close();
    const apiUrl = `http://127.0.0.1:${gone.port}/slack/api/`;
    const nobody = createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl, now: () => new Date() });
    await assert.rejects(nobody.post(MESSAGE), { name: 'SlackError', refusal: 'unreached' });
  });

  describe('that is rate limited', () => {
    const quiet = async () => {
      running.slack.setFault('rate-limited', { calls: 1 });
      assert.equal((await failing(() => chat.edit(posted, MESSAGE))).error.retryAfterSeconds, 1);
    };

    it('does not even ask until the time is over, and says how long that is', async () => {
      await quiet();
      now = 999;
      const { error, called } = await failing(() => chat.edit(posted, AFTERWARDS));
      assert.deepEqual([error.refusal, error.retryAfterSeconds, called], ['rate-limited', 0.001, []]);
    });

    it('asks again when it is over', async () => {
      await quiet();
      now = 1_000;
      await chat.edit(posted, AFTERWARDS);
      assert.deepEqual(shown()?.blocks, AFTERWARDS.blocks);
    });

    it('asks again when the clock was set back', async () => {
      now = 10_000_000;
      await quiet();
      now = 0;
      await chat.edit(posted, AFTERWARDS);
      assert.deepEqual(shown()?.blocks, AFTERWARDS.blocks);
    });

    it('holds no other method back', async () => {
      await quiet();
      await chat.reply(posted, REPLY);
      await chat.attach(posted, FILE);
      assert.equal(shown()?.replies.length, 2);
    });
  });

  describe('that is refused', () => {
    const refused = [
      { code: 'is_archived', refusal: 'misconfigured', says: /unarchive the channel/ },
      { code: 'channel_not_found', refusal: 'misconfigured', says: /SLACK_CHANNEL/ },
      { code: 'not_in_channel', refusal: 'misconfigured', says: /invite the app/ },
      { code: 'missing_scope', refusal: 'misconfigured', says: /add the scope/ },
      { code: 'invalid_auth', refusal: 'misconfigured', says: /SLACK_BOT_TOKEN_FILE/ },
      { code: 'not_authed', refusal: 'misconfigured', says: /SLACK_BOT_TOKEN_FILE/ },
      { code: 'not_allowed_token_type', refusal: 'misconfigured', says: /xoxb-/ },
      { code: 'token_expired', refusal: 'misconfigured', says: /SLACK_BOT_TOKEN_FILE/ },
      { code: 'token_revoked', refusal: 'misconfigured', says: /SLACK_BOT_TOKEN_FILE/ },
      { code: 'account_inactive', refusal: 'misconfigured', says: /install it again/ },
      { code: 'message_not_found', refusal: 'gone', says: /./ },
      { code: 'edit_window_closed', refusal: 'gone', says: /./ },
      { code: 'cant_update_message', refusal: 'gone', says: /./ },
      { code: 'thread_not_found', refusal: 'gone', says: /./ },
      { code: 'ratelimited', refusal: 'rate-limited', says: /./ },
      { code: 'is_inactive', refusal: 'gone', says: /./ },
      { code: 'restricted_action', refusal: 'misconfigured', says: /let the app post/ },
      { code: 'msg_blocks_too_long', refusal: 'invalid-blocks', says: /./ },
      { code: 'internal_error', refusal: 'failed', says: /^chat\.update: internal_error$/ },
      { code: 'constructor', refusal: 'refused', says: /^chat\.update: constructor$/ },
    ];
    for (const { code, refusal, says } of refused) {
      it(`with ${code} fails as ${refusal}, and says what was tried and what to do`, async () => {
        running.slack.setFault({ error: code });
        const { error } = await failing(() => chat.edit(posted, MESSAGE));
        assert.deepEqual([error.refusal, error.code], [refusal, code]);
        assert.match(error.message, new RegExp(`^chat\\.update: ${code}`));
        assert.match(error.message, says);
      });
    }

    it('for want of a scope, names the scope', () => {
      const data = { ok: false, error: 'missing_scope', needed: 'files:write' };
      const { message } = toSlackError('files.upload', { code: 'slack_webapi_platform_error', data });
      assert.equal(message, 'files.upload: missing_scope (add the scope files:write to the app, and install it again)');
    });

    it('because the channel is another, says so', async () => {
      const { error } = await failing(() => connect('C0NOWHERE').post(MESSAGE));
      assert.deepEqual([error.refusal, error.code], ['misconfigured', 'channel_not_found']);
    });
  });

  describe('where Slack does not know folding', () => {
    it('edits with the unfolded blocks', async () => {
      running.slack.setFault({ error: 'invalid_blocks' }, { calls: 1 });
      await chat.edit(posted, AFTERWARDS);
      assert.deepEqual(shown()?.blocks, AFTERWARDS.flatBlocks);
    });

    it('edits with the shortest blocks where the unfolded ones are too long', async () => {
      running.slack.setFault({ error: 'msg_blocks_too_long' }, { calls: 2 });
      await chat.edit(posted, AFTERWARDS);
      assert.deepEqual(shown()?.blocks, AFTERWARDS.shortBlocks);
    });

    it('asks no fourth time when it takes those neither', async () => {
      running.slack.setFault({ error: 'invalid_blocks' });
      const { error, called } = await failing(() => chat.post(MESSAGE));
      assert.deepEqual([error.refusal, called], ['invalid-blocks', Array(3).fill('chat.postMessage')]);
    });
  });

  describe('with its token', () => {
    it('uses a rotated one at once', async () => {
      token = 'xoxb-old';
      assert.equal((await failing(() => chat.edit(posted, AFTERWARDS))).error.code, 'invalid_auth');
      token = TOKEN;
      await chat.edit(posted, AFTERWARDS);
      assert.deepEqual(shown()?.blocks, AFTERWARDS.blocks);
    });

    it('fails, and asks nobody, when it cannot be read', async () => {
      const unreadable = createChat({
        token: () => Promise.reject(new Error('ENOENT: no such file')),
        ...{ channel: CHANNEL.id, apiUrl: running.api, now: () => new Date(now) },
      });
      const { error, called } = await failing(() => unreadable.post(MESSAGE));
      assert.deepEqual([error.refusal, called], ['failed', []]);
      assert.match(error.message, /ENOENT/);
    });

    const troubles: readonly Fault[] = ['down', 'lost-reply', 'rate-limited', { error: 'invalid_auth' }, { error: 'internal_error' }];
    for (const fault of troubles) {
      it(`tells it to nobody: ${typeof fault === 'string' ? fault : fault.error}`, async () => {
        running.slack.setFault(fault);
        const told = await written(async () => {
          for (const { run } of Object.values(attempts)) {
            const { error } = await failing(run);
            assert.ok(!inspect(error, { depth: 20, showHidden: true }).includes(TOKEN), 'in the error');
          }
        });
        assert.ok(!told.includes(TOKEN), 'in the output');
      });
    }
  });
});

/** What is written to the terminal meanwhile: the SDK has a logger of its own. */
async function written(run: () => Promise<void>): Promise<string> {
  const { stdout, stderr } = process;
  const [out, err] = [stdout.write, stderr.write];
  let all = '';
  const keep = (chunk: string | Uint8Array) => {
    all += chunk;
    return true;
  };
  stdout.write = keep;
  stderr.write = keep;
  try {
    await run();
  } finally {
    stdout.write = out;
    stderr.write = err;
  }
  return all;
}
