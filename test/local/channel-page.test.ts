import assert from 'node:assert/strict';
import { createChannelPage } from '../../local/channel-page/channel-page.ts';
import { STYLES } from '../../local/channel-page/page.ts';
import type { Story } from '../../local/channel-page/story.ts';
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { createListeners } from '../../local/embedded-slack/listeners.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Listening } from '../../shared/http/server.ts';
import { CHANNEL, TOKEN } from '../helpers/embedded-slack.ts';
import { silentLog } from '../helpers/log.ts';

describe('the channel page', () => {
  let slack: EmbeddedSlack;
  let server: Listening;
  let played: string[];
  let left: PromiseWithResolvers<void>;
  const listeners = createListeners();

  const story: Story = {
    steps: () => [
      { id: 'join', chapter: 'At <first>', label: 'A node <b>joins</b>', hint: 'Look', done: played.includes('join') },
      { id: 'break', chapter: 'Then', label: 'It breaks', hint: 'Look', done: false },
    ],
    state: () => [{ label: 'Nodes', value: '3 × amd64' }],
    record: () => [{ label: 'Incidents', value: '<none>' }],
    play: async (id) => {
      if (id === 'break') throw new Error('the API server is gone');
      played.push(id);
      listeners.call();
    },
    subscribe: (listener) => {
      const leave = listeners.add(listener);
      return () => {
        leave();
        left.resolve();
      };
    },
  };

  beforeEach(async () => {
    played = [];
    left = Promise.withResolvers();
    slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now: () => new Date() });
    const page = createChannelPage({ slack, story, title: 'On <call>', now: () => new Date() });
    server = await listen([...slack.routes, ...page], { port: 0, log: silentLog });
  });
  afterEach(() => server.close());

  const get = (path: string, more: RequestInit = {}) => fetch(`http://localhost:${server.port}${path}`, more);
  const read = async (path: string) => (await get(path)).text();
  const post = async (more: object) => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ channel: CHANNEL.id, ...more });
    const answer = await get('/slack/api/chat.postMessage', { method: 'POST', headers, body });
    const { ts }: { ts?: string } = JSON.parse(await answer.text());
    return ts ?? assert.fail('not posted');
  };

  for (const { path, type } of [
    { path: '/', type: 'text/html; charset=utf-8' },
    { path: '/channel', type: 'text/html; charset=utf-8' },
    ...STYLES.map((file) => ({ path: `/channel/${file}`, type: 'text/css; charset=utf-8' })),
    { path: '/channel/clicks.js', type: 'text/javascript; charset=utf-8' },
    { path: '/channel/page.js', type: 'text/javascript; charset=utf-8' },
    { path: '/channel/icon.svg', type: 'image/svg+xml; charset=utf-8' },
  ]) {
    it(`answers ${path} with a policy that lets nothing else run or load`, async () => {
      const answer = await get(path);
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [200, type]);
      const policy = answer.headers.get('content-security-policy') ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self'/);
      assert.doesNotMatch(policy, /unsafe/);
    });
  }

  it('has no script, style or handler within the page', async () => {
    await post({ text: 'hello' });
    const page = await read('/');
    assert.match(page, /<title>#alerts · On &lt;call&gt;<\/title>/);
    assert.doesNotMatch(page, /<script(?! src=)|<style| style=| on\w+=|https?:\/\//);
  });

  it('says what to do while nothing is there', async () => {
    assert.match(await read('/channel'), /Play the first step/);
  });

  it('shows text only where there are no blocks, and no metadata', async () => {
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: '*from blocks*' } }];
    await post({ text: 'for notifications', blocks, metadata: { event_type: 'secret', event_payload: {} } });
    await post({ text: '*from text*' });
    const shown = await read('/channel');
    assert.match(shown, /<strong>from blocks<\/strong>/);
    assert.match(shown, /<strong>from text<\/strong>/);
    assert.doesNotMatch(shown, /for notifications|secret/);
  });

  it('says that a message was edited, and how often', async () => {
    const ts = await post({ text: 'old' });
    const headers = { authorization: `Bearer ${TOKEN}` };
    for (const text of ['newer', 'newest']) {
      await get('/slack/api/chat.update', { method: 'POST', headers, body: new URLSearchParams({ channel: CHANNEL.id, ts, text }) });
    }
    const shown = await read('/channel');
    assert.match(shown, /newest/);
    assert.match(shown, /edited 2 times/);
  });

  it('shows a thread below its message, and a broadcast reply also in the channel', async () => {
    const ts = await post({ text: 'the parent' });
    await post({ text: 'quiet', thread_ts: ts });
    await post({ text: 'loud', thread_ts: ts, reply_broadcast: true });
    const shown = await read('/channel');
    const times = (pattern: RegExp) => [...shown.matchAll(pattern)].length;
    assert.deepEqual([times(/2 replies/g), times(/quiet/g), times(/loud/g), times(/also sent to the channel/g)], [1, 1, 2, 1]);
    assert.match(shown, new RegExp(`replied to a thread: <a href="#message-${ts}">the parent</a>`));
  });

  it('shows a file as something to open, with what is in it', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const call = async (method: string, body: object): Promise<{ upload_url?: string; file_id?: string }> =>
      JSON.parse(await (await get(`/slack/api/${method}`, { method: 'POST', headers, body: JSON.stringify(body) })).text());
    const { upload_url = '', file_id } = await call('files.getUploadURLExternal', { filename: 'a.txt', length: 9 });
    await fetch(upload_url, { method: 'POST', body: 'a <b>\nc\n' });
    await call('files.completeUploadExternal', { files: [{ id: file_id, title: 'All <nodes>' }], channel_id: CHANNEL.id });
    const shown = await read('/channel');
    assert.match(shown, /All &lt;nodes&gt;/);
    assert.match(shown, /a\.txt · 2 lines/);
    assert.match(shown, /<pre>a &lt;b&gt;\nc\n<\/pre>/);
  });

  it('says that a message was deleted while its replies are there', async () => {
    const ts = await post({ text: 'the parent' });
    await post({ text: 'still here', thread_ts: ts });
    slack.deleteMessage(ts);
    const shown = await read('/channel');
    assert.match(shown, /This message was deleted[\s\S]*still here/);
    assert.doesNotMatch(shown, /the parent/);
  });

  describe('a click', () => {
    const plain = (text: string) => ({ type: 'plain_text', text });
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'ack', text: plain('Acknowledge') }] }];
    const click = async (body: string) => {
      const answer = await get('/channel/click', { method: 'POST', body });
      return [answer.status, await answer.text()];
    };
    let app: Listening;
    let status: number;
    let clicks: number;
    beforeEach(async () => {
      status = 200;
      clicks = 0;
      const handle = async () => {
        clicks += 1;
        return { status };
      };
      app = await listen([{ method: 'post', path: '/', handle }], { port: 0, log: silentLog });
      const slackUrl = `http://localhost:${server.port}`;
      slack.connectApp({ interactivityUrl: `http://localhost:${app.port}/`, signingSecret: 's', slackUrl });
    });
    afterEach(() => app.close());

    it('is told to the app', async () => {
      const ts = await post({ text: 'a', blocks });
      assert.match(await read('/channel'), new RegExp(`data-ts="${ts}"(?:.|\\n)*data-action="ack"`));
      assert.deepEqual([await click(JSON.stringify({ ts, action: 'ack' })), clicks], [[204, ''], 1]);
    });

    it('is answered 500 where the app does not take it, and says what the app did', async () => {
      const ts = await post({ text: 'a', blocks });
      status = 503;
      assert.deepEqual(await click(JSON.stringify({ ts, action: 'ack' })), [500, 'This app responded with status code 503.']);
    });

    it('is answered 500 where there is nothing to click any more', async () => {
      const ts = await post({ text: 'a' });
      assert.deepEqual(await click(JSON.stringify({ ts, action: 'ack' })), [500, `no message ${ts} has ack to click`]);
    });

    for (const body of ['{', '[]', '{"ts":1,"action":"ack"}', '{"ts":"1.0"}', '{"ts":"1.0","action":"ack","option":1}']) {
      it(`is answered 400 where it is ${body}`, async () => {
        assert.equal((await click(body))[0], 400);
        assert.equal(clicks, 0);
      });
    }
  });

  it('shows a message for this person alone where it belongs, until it is put away', async () => {
    const ts = await post({ text: 'the parent' });
    await post({ text: 'a reply', thread_ts: ts });
    const tell = async (more: object) => {
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ channel: CHANNEL.id, user: 'U0PERSON', ...more });
      const answer = await get('/slack/api/chat.postEphemeral', { method: 'POST', headers, body });
      const { message_ts }: { message_ts?: string } = JSON.parse(await answer.text());
      return message_ts;
    };
    const inThread = await tell({ text: 'in the thread', thread_ts: ts });
    const inChannel = await tell({ text: 'in channel' });
    const shown = await read('/channel');
    assert.match(
      shown,
      /a reply[\s\S]*Only visible to you[\s\S]*in the thread[\s\S]*<\/details>[\s\S]*Only visible to you[\s\S]*in channel/,
    );
    assert.match(shown, /1 reply</);
    for (const one of [inThread, inChannel]) {
      assert.ok(shown.includes(`data-dismiss="${one}"`));
      assert.equal((await get(`/channel/dismiss/${one}`, { method: 'POST' })).status, 204);
    }
    assert.doesNotMatch(await read('/channel'), /Only visible to you/);
  });

  it('names people as Slack does', async () => {
    await post({ text: '<@U0PERSON> and <@U0OTHER>' });
    const user = (user_id: string) => ({ type: 'user', user_id });
    await post({
      text: 'x',
      blocks: [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [user('U0PERSON'), user('U0OTHER')] }] }],
    });
    assert.deepEqual(
      [...(await read('/channel')).matchAll(/class="mention">([^<]+)</g)].map(([, name]) => name),
      ['@Robin', '@U0OTHER', '@Robin', '@U0OTHER'],
    );
  });

  it('plays a step, and shows which one is next', async () => {
    const answer = await get('/story/join', { method: 'POST' });
    assert.deepEqual([answer.status, played], [204, ['join']]);
    const shown = await read('/channel');
    assert.match(shown, /<h3>At &lt;first&gt;<\/h3>\s*<ol class="steps"><li class="done last"><button type="button" data-step="join">/);
    assert.match(shown, /A node &lt;b&gt;joins&lt;\/b&gt;/);
    assert.match(shown, /<li class="next"><button type="button" data-step="break">/);
    assert.match(shown, /<dt>Nodes<\/dt><dd>3 × amd64<\/dd>/);
    assert.match(shown, /<h2 id="record-title">On record<\/h2><dl><div><dt>Incidents<\/dt><dd>&lt;none&gt;<\/dd>/);
  });

  for (const { step, status, says } of [
    { step: 'break', status: 500, says: 'the API server is gone' },
    { step: 'nothing', status: 400, says: 'the story has no step "nothing"' },
  ]) {
    it(`answers ${status} to the step "${step}", and says why`, async () => {
      const answer = await get(`/story/${step}`, { method: 'POST' });
      assert.deepEqual([answer.status, await answer.text()], [status, says]);
    });
  }

  it('tells the browser of each change until it leaves', async () => {
    const browser = new AbortController();
    const answer = await get('/channel/events', { signal: browser.signal });
    assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
    const events = answer.body?.getReader() ?? assert.fail('no events');
    const next = async () => Buffer.from((await events.read()).value ?? []).toString();
    assert.equal(await next(), 'retry: 1000\n\nevent: changed\ndata:\n\n');
    slack.postAsPerson('hello');
    assert.equal(await next(), 'event: changed\ndata:\n\n');
    listeners.call();
    assert.equal(await next(), 'event: changed\ndata:\n\n');
    browser.abort();
    await left.promise;
  });
});
