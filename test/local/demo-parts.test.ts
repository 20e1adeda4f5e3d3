import assert from 'node:assert/strict';
import type { FunctionProcess } from '../../local/demo/function-process.ts';
import { createFunctions } from '../../local/demo/functions.ts';
import { createPerson } from '../../local/demo/person.ts';
import { createSlackSwitch } from '../../local/demo/slack-switch.ts';
import { countTraffic } from '../../local/demo/traffic.ts';
import type { Click } from '../../local/embedded-slack/clickable.ts';
import type { ClickOutcome } from '../../local/embedded-slack/clicks.ts';
import type { Fault, FaultScope } from '../../local/embedded-slack/faults.ts';
import type { SlackCall } from '../../local/embedded-slack/web-api.ts';
import { listen } from '../../shared/http/listen.ts';
import { startCluster } from '../helpers/embedded-cluster.ts';
import { silentLog } from '../helpers/log.ts';

describe('the functions of the demo', () => {
  const environments = { 'alertmanager-webhook': {}, 'node-events': {}, 'slack-actions': {}, 'dead-letter': {} };
  const create = () => {
    const happened: string[] = [];
    const start = async (name: string): Promise<FunctionProcess> => {
      happened.push(`start ${name}`);
      const end = (how: string) => async () => void happened.push(`${how} ${name}`);
      return { url: 'http://localhost:1', stop: end('stop'), kill: end('kill') };
    };
    return { happened, functions: createFunctions({ start, environments }) };
  };

  it('start all, then only those that were killed', async () => {
    const { happened, functions } = create();
    await functions.start();
    await functions.kill(['node-events']);
    assert.deepEqual(functions.away(), ['node-events']);
    await functions.start();
    assert.deepEqual(functions.away(), []);
    assert.deepEqual(happened.slice(4), ['kill node-events', 'start node-events']);
  });

  it('do in turn what is asked of them, and start no more once they are stopped', async () => {
    const { happened, functions } = create();
    await functions.start();
    await Promise.all([functions.kill(), functions.start(), functions.stop(), functions.start()]);
    const words = happened.map((line) => line.split(' ')[0]);
    assert.deepEqual(words, [...Array(4).fill('start'), ...Array(4).fill('kill')]);
    assert.equal(functions.away().length, 4);
  });

  it('answer 503 while they do not run', async () => {
    const server = await listen(create().functions.routes, { port: 0, log: silentLog });
    for (const path of ['/alerts', '/events', '/slack/actions', '/dead-letters']) {
      assert.equal((await fetch(`http://localhost:${server.port}${path}`, { method: 'POST' })).status, 503, path);
    }
    await server.close();
  });
});

describe('the person of the demo', () => {
  const message = (ts: string, ...ids: string[]) => {
    const elements = ids.map((action_id) => ({ type: 'button' as const, action_id, text: { type: 'plain_text' as const, text: 'x' } }));
    const blocks = elements.length > 0 ? [{ type: 'actions' as const, elements }] : [];
    return { ts, author: 'app' as const, broadcast: false, text: '', blocks, files: [], edits: 0, deleted: false, replies: [] };
  };
  const create = (outcome: ClickOutcome = { kind: 'taken' }) => {
    const clicks: Click[] = [];
    const click = async (one: Click) => {
      clicks.push(one);
      return outcome;
    };
    const messages = () => [message('1.0', 'a', 'b'), message('2.0', 'a'), message('3.0')];
    return { clicks, person: createPerson({ messages, click }) };
  };

  it('clicks in the newest message that has the button', async () => {
    const { clicks, person } = create();
    await person.click('a');
    await person.click('b');
    assert.deepEqual(clicks, [
      { ts: '2.0', actionId: 'a' },
      { ts: '1.0', actionId: 'b' },
    ]);
  });

  it('says so where no message has it, or the app does not take it', async () => {
    await assert.rejects(create().person.click('c'), /no message has that button now/);
    const { person } = create({ kind: 'warning', because: 'This app cannot be reached.' });
    await assert.rejects(person.click('a'), /^Error: This app cannot be reached\.$/);
  });
});

describe('the traffic of the demo', () => {
  it('counts a look for each list of nodes, however many pages it has, and tells of looks and writes', async () => {
    const { cluster, url, close } = await startCluster();
    const { pathname: prefix } = new URL(url);
    for (let number = 0; number < 3; number++) cluster.addNode({ name: `n-${number}`, architecture: 'amd64' });
    const traffic = countTraffic(cluster.routes, prefix);
    let told = 0;
    const leave = traffic.subscribe(() => {
      told += 1;
    });
    const server = await listen(traffic.routes, { port: 0, log: silentLog });
    const get = async (path: string) =>
      (await fetch(`http://localhost:${server.port}${prefix}${path}`)).json() as Promise<{ metadata: { continue: string } }>;
    const { metadata } = await get('/api/v1/nodes?limit=2');
    await get(`/api/v1/nodes?limit=2&continue=${metadata.continue}`);
    await get('/version');
    assert.deepEqual([traffic.looks(), told], [1, 1]);
    const body = JSON.stringify({ metadata: { name: 'm' } });
    await fetch(`http://localhost:${server.port}${prefix}/api/v1/namespaces/n/configmaps`, { method: 'POST', body });
    assert.deepEqual([traffic.looks(), told], [1, 2]);
    leave();
    await get('/api/v1/nodes');
    assert.deepEqual([traffic.looks(), told], [2, 2]);
    await server.close();
    await close();
  });
});

describe('the Slack switch of the demo', () => {
  const create = () => {
    const calls: SlackCall[] = [];
    const faults: (readonly [Fault | undefined, FaultScope?])[] = [];
    const setFault = (...fault: readonly [Fault | undefined, FaultScope?]) => void faults.push(fault);
    return { calls, faults, slack: createSlackSwitch({ calls: () => calls, setFault }) };
  };
  const SCOPE = { method: 'chat.postMessage', calls: 1 };

  it('takes Slack away and brings it back', () => {
    const { faults, slack } = create();
    slack.setAway(true);
    assert.equal(slack.isAway(), true);
    slack.setAway(false);
    assert.deepEqual([faults.map(([fault]) => fault), slack.isAway()], [['down', undefined], false]);
  });

  it('hits the next post, and says when it is there', async () => {
    const { calls, faults, slack } = create();
    const held = slack.holdNextAnswer(60_000);
    calls.push({ method: 'chat.update', arguments: {} }, { method: 'chat.postMessage', arguments: {} });
    assert.deepEqual([await held, faults], [true, [['no-reply', SCOPE]]]);
    const lost = slack.loseNextAnswer(60_000);
    calls.push({ method: 'chat.postMessage', arguments: {} });
    assert.deepEqual([await lost, faults.at(-1)], [true, ['lost-reply', SCOPE]]);
  });

  it('takes the fault away where nothing is posted in time', async () => {
    const { faults, slack } = create();
    assert.equal(await slack.loseNextAnswer(1), false);
    assert.deepEqual(faults, [['lost-reply', SCOPE], [undefined]]);
  });

  it('does neither while Slack is away', async () => {
    const { slack } = create();
    slack.setAway(true);
    await assert.rejects(slack.loseNextAnswer(1), /Slack is away: let it come back first/);
  });
});
