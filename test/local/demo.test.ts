import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Demo, startDemo } from '../../local/demo/demo.ts';
import { listen } from '../../shared/http.ts';
import { freePort, onFreePort } from '../cluster/servers/ports.ts';
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
});

describe('a demo whose function does not start', () => {
  it('leaves neither files nor a server behind', async () => {
    const port = await freePort();
    let kubeconfig = '';
    const fail = async (_name: string, { KUBECONFIG = '' }: Readonly<Record<string, string>>) => {
      kubeconfig = KUBECONFIG;
      assert.ok(existsSync(kubeconfig));
      throw new Error('it ended');
    };
    await assert.rejects(startDemo(port, fail), /^Error: it ended$/);
    assert.equal(existsSync(dirname(kubeconfig)), false);
    const next = await listen([], { port, log: silentLog });
    await next.close();
  });
});
