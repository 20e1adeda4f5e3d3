/** What a real Alertmanager lists: alerts that fire, one that is silenced, none that has ended or that is not ours. */
import assert from 'node:assert/strict';
import { createAlertmanagerApi } from '../../shared/alertmanager/api.ts';
import { createPull } from '../../shared/pull-claims.ts';
import { silentLog } from '../helpers/log.ts';
import { alertFrom, ended } from './on-call.ts';
import { type Alertmanager, startAlertmanager } from './servers/alertmanager.ts';
import { waitUntil } from './servers/wait.ts';

const NAME = 'HCOMultiArchGoldenImagesDisabled';
const CLUSTER = { name: 'prod-eu-1', id: undefined, labels: ['cluster'] };

describe('the list of a real Alertmanager', () => {
  let alertmanager: Alertmanager;
  before(async () => {
    // Nobody listens there: what is listed does not depend on what is delivered.
    alertmanager = await startAlertmanager({ webhookUrl: 'http://127.0.0.1:9/alerts', token: 'none' });
  });
  after(() => alertmanager.stop());
  const pull = async () => {
    const api = createAlertmanagerApi({ url: alertmanager.url, token: undefined, caFile: undefined });
    const signal = await createPull({ alertmanager: api, cluster: CLUSTER, log: silentLog, now: () => new Date() })();
    const { series = [], suppressed = [] } = signal.get(NAME) ?? {};
    return { firing: series.length, suppressed: suppressed.length, series };
  };

  it('has what fires with the fingerprint that deliveries have, until it is silenced, and nothing once it has ended', async () => {
    assert.deepEqual((await pull()).firing, 0);
    const alert = alertFrom('pod-1');
    await alertmanager.sendAlerts([
      alert,
      { labels: { alertname: 'Watchdog' } },
      { ...alert, labels: { ...alert.labels, cluster: 'other' } },
    ]);
    await waitUntil('it fires', async () => assert.equal((await pull()).firing, 1));
    const [listed] = (await alertmanager.alerts()).filter(({ labels }) => labels.alertname === NAME && labels.cluster === undefined);
    const [series] = (await pull()).series;
    assert.deepEqual([series?.fingerprint, series?.status, series?.links.graph], [listed?.fingerprint, 'firing', alert.generatorURL]);

    await silence(alertmanager);
    await waitUntil('it is silenced', async () => {
      const { firing, suppressed } = await pull();
      assert.deepEqual([firing, suppressed], [0, 1]);
    });

    await alertmanager.sendAlerts([ended(alert)]);
    await waitUntil('it has ended', async () => assert.equal((await pull()).suppressed, 0));
  });
});

async function silence({ url }: Alertmanager): Promise<void> {
  const [startsAt, endsAt] = [Date.now(), Date.now() + 3_600_000].map((time) => new Date(time).toISOString());
  const matchers = [{ name: 'alertname', value: NAME, isRegex: false, isEqual: true }];
  const body = JSON.stringify({ matchers, startsAt, endsAt, createdBy: 'test', comment: 'test' });
  const answer = await fetch(`${url}/api/v2/silences`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  assert.equal(answer.status, 200, await answer.text());
}
