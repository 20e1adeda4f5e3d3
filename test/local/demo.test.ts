import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Demo, startDemo } from '../../local/demo/demo.ts';
import { hourPassed } from '../../local/story/node-event.ts';
import { listen } from '../../shared/http/listen.ts';
import { freePort, onFreePort } from '../cluster/servers/ports.ts';
import { waitUntil } from '../cluster/servers/wait.ts';
import { silentLog } from '../helpers/log.ts';

describe('the demo', () => {
  let demo: Demo;
  before(async () => {
    demo = await onFreePort(startDemo);
  });
  after(() => demo.stop());

  const send = async (token: string) => {
    const body = await readFile('test/fixtures/alertmanager-1-firing.json');
    return (await fetch(`${demo.url}/alerts`, { method: 'POST', headers: { authorization: `Bearer ${token}` }, body })).status;
  };
  const channel = async () => (await fetch(`${demo.url}/channel`)).text();

  it('takes the captured delivery from the start, and shows a message with the nodes and the change', async () => {
    assert.equal(await send('demo'), 204);
    const shown = await channel();
    for (const part of [
      'can wait until morning',
      'worker-arm-1',
      'worker-arm-2',
      'enableMultiArchBootImageImport: true',
      'kubectl patch hyperconvergeds.v1.hco.kubevirt.io',
    ]) {
      assert.ok(shown.includes(part), part);
    }
  });

  it('passes on what the function refuses', async () => {
    assert.equal(await send('other'), 401);
  });

  it('takes events at /events and dead letters at /dead-letters, with their attributes', async () => {
    const { headers, body } = hourPassed({ cluster: 'demo', at: new Date() });
    const post = async (path: string, more: Record<string, string> = {}) =>
      (await fetch(`${demo.url}${path}`, { method: 'POST', headers: { ...headers, ...more }, body })).status;
    assert.deepEqual([await post('/events'), await post('/dead-letters')], [202, 202]);
    assert.equal(await post('/events', { 'ce-specversion': '' }), 400);
    assert.doesNotMatch(await channel(), /could not be handled/);
    assert.equal(await post('/dead-letters', { 'ce-knativeerrordest': `${demo.url}/events` }), 202);
    assert.match(await channel(), /1 event could not be handled/);
  });

  const click = async (action: string, option?: string) => {
    const [, ts] = /data-ts="([\d.]+)"(?:(?!<article)[\s\S])*data-action="archwatch_check_again"/.exec(await channel()) ?? [];
    const body = JSON.stringify({ ts, action, option });
    const answer = await fetch(`${demo.url}/channel/click`, { method: 'POST', body });
    assert.deepEqual([answer.status, await answer.text()], [204, '']);
  };
  const shows = (what: string, pattern: RegExp) => waitUntil(`the page shows ${what}`, async () => assert.match(await channel(), pattern));

  it('takes a click on Acknowledge: the message says by whom, and offers it no more', async () => {
    await click('archwatch_acknowledge');
    await shows('who', /Acknowledged by <span class="mention">@Robin<\/span>/);
    assert.doesNotMatch(await channel(), /data-action="archwatch_acknowledge"/);
  });

  it('takes a click on Check again: looks, and tells the person alone', async () => {
    await click('archwatch_check_again');
    await shows('the answer', /Only visible to you[\s\S]*still true/);
  });

  it('takes a choice of Silence: Alertmanager has one, and the message says until when', async () => {
    await click('archwatch_silence', '4h');
    await shows('the silence', /Silenced in Alertmanager until/);
    const answer = await fetch(`${demo.url}/alertmanager/api/v2/silences`);
    const silences: readonly { readonly status: object }[] = JSON.parse(await answer.text());
    assert.deepEqual(
      silences.map(({ status }) => status),
      [{ state: 'active' }],
    );
  });

  it('takes no click that Slack did not sign', async () => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-slack-signature': 'v0=0',
      'x-slack-request-timestamp': '1',
    };
    assert.equal((await fetch(`${demo.url}/slack/actions`, { method: 'POST', headers, body: 'payload={}' })).status, 401);
  });

  const play = async (id: string) => (await fetch(`${demo.url}/story/${id}`, { method: 'POST' })).status;
  const messages = async () => [...(await channel()).matchAll(/<article class="message app"/g)].length;

  it('goes on with the same message after its functions were killed: what they know is on record', async () => {
    const before = await messages();
    assert.equal(before, 2);
    assert.equal(await play('functions-restart'), 204);
    assert.equal(await send('demo'), 204);
    assert.equal(await messages(), before);
    assert.match(await channel(), /<dt>HCOMultiArchGoldenImagesDisabled<\/dt><dd>open, confirmed<\/dd>/);
  }).timeout(20_000);

  it('sends an event of each change of the cluster', async () => {
    assert.equal(await play('enable-import'), 204);
    const isOver = async () => assert.match(await channel(), /<dd>over, stale<\/dd>/);
    await waitUntil('the record says that it is over', isOver);
  }).timeout(20_000);
});

describe('a demo of which a function does not start', () => {
  it('leaves neither files nor a server nor the other functions behind', async () => {
    const port = await freePort();
    let kubeconfig = '';
    const stopped: string[] = [];
    const fail = async (name: string, { KUBECONFIG = '' }: Readonly<Record<string, string>>) => {
      kubeconfig = KUBECONFIG;
      assert.ok(existsSync(kubeconfig));
      if (name === 'node-events') throw new Error('it ended');
      return { url: 'http://localhost:1', stop: async () => void stopped.push(name), kill: assert.fail };
    };
    await assert.rejects(startDemo(port, fail), /^Error: it ended$/);
    assert.equal(existsSync(dirname(kubeconfig)), false);
    assert.deepEqual(stopped, ['alertmanager-webhook', 'slack-actions', 'dead-letter']);
    const next = await listen([], { port, log: silentLog });
    await next.close();
  });
});
