/** A click in the embedded Slack: what the app is told, how it may answer, and what the person sees. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { Click } from '../../local/embedded-slack/clickable.ts';
import { listen } from '../../shared/http/listen.ts';
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import type { Listening } from '../../shared/http/server.ts';
import { CHANNEL, type RunningSlack, startSlack } from '../helpers/embedded-slack.ts';
import { silentLog } from '../helpers/log.ts';

const SECRET = 'signed-with-this';
const plain = (text: string) => ({ type: 'plain_text' as const, text });
const option = (value: string) => ({ text: plain(`for ${value}`), value });
const BUTTON = { type: 'button' as const, action_id: 'ack', text: plain('Acknowledge'), value: 'v' };
const MENU = { type: 'static_select' as const, action_id: 'silence', placeholder: plain('Silence'), options: [option('1h'), option('4h')] };
const BLOCKS = [{ type: 'divider' as const }, { type: 'actions' as const, elements: [BUTTON, MENU] }];

describe('a click in the embedded Slack', () => {
  let running: RunningSlack;
  let app: Listening;
  let received: HttpRequest[];
  let answer: () => Promise<HttpAnswer>;
  beforeEach(async () => {
    received = [];
    answer = async () => ({ status: 200 });
    const handle = (request: HttpRequest) => {
      received.push(request);
      return answer();
    };
    app = await listen([{ method: 'post', path: '/actions', handle }], { port: 0, log: silentLog });
    running = await startSlack();
    running.slack.connectApp({
      ...APP,
      interactivityUrl: `http://localhost:${app.port}/actions`,
      slackUrl: running.api.replace('/slack/api/', ''),
    });
  });
  afterEach(async () => {
    await running.close();
    await app.close();
  });
  const APP = { signingSecret: SECRET, answerWithinMs: 200 };

  const post = async (more: object = {}) =>
    String((await running.client.chat.postMessage({ channel: CHANNEL.id, text: 'hello', blocks: BLOCKS, ...more })).ts);
  const click = async (more: Partial<Click> = {}) => running.slack.click({ ts: await post(), actionId: 'ack', ...more });
  const payload = () => JSON.parse(new URLSearchParams(received.at(-1)?.body.toString()).get('payload') ?? '');
  const respond = async (body: object, url: string = payload().response_url) => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    return [response.status, (JSON.parse(await response.text()) as { error?: string }).error];
  };

  it('is told to the app in a form, signed with the secret and the time', async () => {
    assert.deepEqual(await click(), { kind: 'taken' });
    const { headers, body } = received[0] ?? assert.fail('nothing came');
    const stamp = '1788258727';
    const signature = createHmac('sha256', SECRET).update(`v0:${stamp}:${body}`).digest('hex');
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded');
    assert.deepEqual([headers['x-slack-request-timestamp'], headers['x-slack-signature']], [stamp, `v0=${signature}`]);
  });

  it('says who clicked what in which message', async () => {
    const ts = await post();
    await running.slack.click({ ts, actionId: 'ack' });
    const { type, user, api_app_id, container, channel, message, actions, trigger_id } = payload();
    assert.equal(type, 'block_actions');
    assert.deepEqual([user.id, user.name, api_app_id], ['U0PERSON', 'robin', 'A0ARCHWATCH']);
    assert.deepEqual(container, { type: 'message', message_ts: ts, channel_id: CHANNEL.id, is_ephemeral: false });
    assert.deepEqual([channel, message.ts, message.text], [CHANNEL, ts, 'hello']);
    assert.deepEqual(
      message.blocks.map(({ block_id }: { block_id: string }) => block_id),
      ['b0', 'b1'],
    );
    const [{ action_ts, ...action }] = actions;
    assert.deepEqual(action, { action_id: 'ack', block_id: 'b1', type: 'button', text: BUTTON.text, value: 'v' });
    assert.match(`${action_ts} ${trigger_id}`, /^\d+\.\d{6} \S+$/);
    assert.deepEqual(running.slack.messages()[0]?.blocks, BLOCKS);
  });

  it('says which option was chosen, and what the menu shows then', async () => {
    await click({ actionId: 'silence', option: '4h' });
    const { actions, state } = payload();
    assert.deepEqual([actions[0].type, actions[0].selected_option], ['static_select', option('4h')]);
    assert.deepEqual(state.values, { b1: { silence: { type: 'static_select', selected_option: option('4h') } } });
  });

  it('finds what stands in a container, beside a section and in a thread', async () => {
    const section = { type: 'section' as const, block_id: 'beside', text: plain('a'), accessory: BUTTON };
    const container = { type: 'container', title: plain('1'), child_blocks: [{ type: 'actions', block_id: 'inside', elements: [MENU] }] };
    const parent = await post({ blocks: [container] });
    const reply = await post({ blocks: [section], thread_ts: parent });
    await running.slack.click({ ts: parent, actionId: 'silence', option: '1h' });
    assert.equal(payload().actions[0].block_id, 'inside');
    await running.slack.click({ ts: reply, actionId: 'ack' });
    assert.deepEqual([payload().actions[0].block_id, payload().container.thread_ts], ['beside', parent]);
  });

  for (const [what, wrong] of Object.entries<Partial<Click>>({
    'no such message': { ts: '1.000000' },
    'no such button': { actionId: 'other' },
    'no such option': { actionId: 'silence', option: '9h' },
    'no option of a menu': { actionId: 'silence' },
    'an option of a button': { option: '1h' },
  })) {
    it(`cannot be made where there is ${what}`, async () => {
      await assert.rejects(click(wrong), /to click$/);
      assert.deepEqual(received, []);
    });
  }

  const warnings: Readonly<Record<string, { answers: () => Promise<HttpAnswer>; because: RegExp }>> = {
    'answers 503': { answers: async () => ({ status: 503 }), because: /^This app responded with status code 503\.$/ },
    'answers 204, which Slack does not take for a yes': { answers: async () => ({ status: 204 }), because: /204\.$/ },
    'sends it elsewhere': { answers: async () => ({ status: 302, headers: { location: '/' } }), because: /302\.$/ },
    'does not answer in time': { answers: () => new Promise(() => undefined), because: /^This app did not respond within 0\.2 s\.$/ },
  };
  for (const [what, { answers, because }] of Object.entries(warnings)) {
    it(`ends with a warning where the app ${what}`, async () => {
      answer = answers;
      const outcome = await click();
      assert.match(outcome.kind === 'warning' ? outcome.because : '', because);
    });
  }

  it('ends with a warning where the app is away, or Slack itself', async () => {
    running.slack.setFault('down');
    const ts = await post().catch(() => '');
    assert.equal(ts, '');
    running.slack.setFault(undefined);
    const posted = await post();
    running.slack.setFault('down');
    assert.deepEqual(await running.slack.click({ ts: posted, actionId: 'ack' }), { kind: 'warning', because: 'Slack cannot be reached.' });
    running.slack.setFault(undefined);
    running.slack.connectApp({ ...APP, interactivityUrl: 'http://localhost:1/', slackUrl: '' });
    assert.deepEqual(await running.slack.click({ ts: posted, actionId: 'ack' }), {
      kind: 'warning',
      because: 'This app cannot be reached.',
    });
    assert.deepEqual(received, []);
  });

  it('ends with a warning where nobody said where the app is', async () => {
    const other = await startSlack();
    const { ts = '' } = await other.client.chat.postMessage({ channel: CHANNEL.id, text: 'a', blocks: BLOCKS });
    const outcome = await other.slack.click({ ts, actionId: 'ack' });
    await other.close();
    assert.match(outcome.kind === 'warning' ? outcome.because : '', /not configured to handle interactive responses/);
  });

  describe('is answered at its response_url', () => {
    beforeEach(() => click());
    const texts = () => running.slack.messages().map(({ text }) => text);
    const seen = () => running.slack.ephemerals().map(({ text }) => text);

    it('to the person alone, unless it is said otherwise', async () => {
      assert.deepEqual(await respond({ text: 'for you' }), [200, undefined]);
      assert.deepEqual([texts(), seen()], [['hello'], ['for you']]);
      await respond({ text: 'for all', response_type: 'in_channel' });
      assert.deepEqual([texts(), seen()], [['hello', 'for all'], ['for you']]);
    });

    it('by another message in the place of the first, or by none', async () => {
      await respond({ text: 'other', replace_original: true });
      assert.deepEqual(texts(), ['other']);
      await respond({ delete_original: true });
      assert.deepEqual(texts(), []);
      assert.deepEqual(await respond({ text: 'again', replace_original: true }), [200, 'message_not_found']);
    });

    it('five times, and no more', async () => {
      for (let use = 0; use < 5; use++) assert.deepEqual(await respond({ text: String(use) }), [200, undefined]);
      assert.deepEqual(await respond({ text: 'six' }), [404, 'used_url']);
      assert.equal(seen().length, 5);
    });

    it('within 30 minutes, and nowhere else', async () => {
      running.wait(30 * 60 + 1);
      assert.deepEqual(await respond({ text: 'late' }), [404, 'expired_url']);
      assert.deepEqual(await respond({ text: 'x' }, `${payload().response_url}x`), [404, 'expired_url']);
    });

    it('in words and blocks that Slack takes', async () => {
      assert.deepEqual(await respond({}), [200, 'no_text']);
      assert.deepEqual(await respond({ text: 'x', blocks: [{ type: 'sektion' }] }), [200, 'invalid_blocks']);
      assert.deepEqual(seen(), []);
    });
  });

  describe('is answered by chat.postEphemeral', () => {
    const tell = (more: object = {}) =>
      running.client.chat.postEphemeral({ channel: CHANNEL.id, user: 'U0PERSON', text: 'for you', ...more });

    it('to the person alone: no method reads it back, and they can put it away', async () => {
      const parent = await post();
      const { message_ts = '' } = await tell({ thread_ts: parent });
      assert.deepEqual(running.slack.ephemerals(), [{ ts: message_ts, text: 'for you', blocks: [], threadTs: parent }]);
      const { messages } = await running.client.conversations.history({ channel: CHANNEL.id });
      assert.equal(messages?.length, 1);
      assert.deepEqual([running.slack.dismiss(message_ts), running.slack.dismiss(message_ts)], [true, false]);
      assert.deepEqual(running.slack.ephemerals(), []);
    });

    it('only to who is in the channel', async () => {
      await assert.rejects(tell({ user: 'U0OTHER' }), /user_not_in_channel/);
    });
  });

  it('tells the listeners of each message for one person, and when it is put away', async () => {
    let told = 0;
    running.slack.subscribe(() => {
      told += 1;
    });
    const { message_ts = '' } = await running.client.chat.postEphemeral({ channel: CHANNEL.id, user: 'U0PERSON', text: 'a' });
    running.slack.dismiss(message_ts);
    running.slack.dismiss(message_ts);
    assert.equal(told, 2);
  });
});
