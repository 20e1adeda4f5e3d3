/** What a function that runs shows to whoever watches it. */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { ALERT_BODY } from '../../local/build/alert-body.ts';
import { BEARER, type Started, startNode, startWorld, type World } from '../../local/build/world.ts';

const ENTRY = fileURLToPath(new URL('../../functions/alertmanager-webhook/index.ts', import.meta.url));
const ALERT = 'HCOMultiArchGoldenImagesDisabled';

describe('the metrics of a function', () => {
  let world: World;
  let running: Started;

  beforeEach(async () => {
    world = await startWorld();
    running = startNode([ENTRY], world.environmentOf('alertmanager-webhook'));
  });
  afterEach(async () => {
    running.child.kill('SIGKILL');
    await running.ended;
    await world.close();
  });

  const deliver = async () => {
    const headers = { authorization: `Bearer ${BEARER}` };
    return (await fetch(`${await running.url}/alerts`, { method: 'POST', headers, body: JSON.stringify(ALERT_BODY) })).status;
  };
  const samples = async (name: string): Promise<Readonly<Record<string, number>>> => {
    const page = await (await fetch(`${await running.url}/metrics`)).text();
    const lines = page.split('\n').filter((line) => line.startsWith(`${name}{`));
    return Object.fromEntries(lines.map((line) => [line.slice(line.indexOf('{'), line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
  };
  const states = () => samples('archwatch_incidents');
  const checked = async () => (await samples('archwatch_facts_checked_timestamp_seconds'))[`{alert="${ALERT}"}`];

  it('say nothing of incidents and facts before it has looked', async () => {
    assert.deepEqual([await states(), await checked()], [{}, undefined]);
  });

  it('say what state each incident is in, when its facts were checked, and how long it took until they were said', async () => {
    const before = Date.now() / 1_000;
    assert.equal(await deliver(), 204);
    assert.deepEqual(await states(), { [`{alert="${ALERT}",state="confirmed"}`]: 1 });
    const at = (await checked()) ?? 0;
    assert.ok(at >= before - 1 && at <= Date.now() / 1_000);
    const posted = await samples('archwatch_receipt_to_posted_seconds_count');
    const took = (await samples('archwatch_receipt_to_posted_seconds_sum'))['{step="post"}'] ?? 0;
    assert.equal(posted['{step="post"}'], 1);
    assert.ok(took > 0 && took < 10);
    assert.ok((await samples('archwatch_receipt_to_posted_seconds_bucket'))['{le="10",step="post"}'] === 1);
  });

  it('say that it cannot be told, and from when what is shown is', async () => {
    await deliver();
    const at = await checked();
    world.cluster.setOutage('refused-503');
    assert.equal(await deliver(), 503);
    assert.deepEqual([await states(), await checked()], [{ [`{alert="${ALERT}",state="unverifiable"}`]: 1 }, at]);
  });

  it('say that it is over', async () => {
    await deliver();
    world.cluster.patchHyperConverged('v1', { spec: { workloadSources: { enableMultiArchBootImageImport: true } } });
    assert.equal(await deliver(), 204);
    assert.deepEqual(await states(), { [`{alert="${ALERT}",state="stale"}`]: 1 });
  });
});
