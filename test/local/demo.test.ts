import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type Demo, startDemo } from '../../local/demo/demo.ts';
import { onFreePort } from '../cluster/servers/ports.ts';

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
      'worker-arm-1, worker-arm-2',
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
