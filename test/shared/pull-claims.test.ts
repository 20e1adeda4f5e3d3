import assert from 'node:assert/strict';
import { createAlertmanagerApi, type ListedAlert } from '../../shared/alertmanager/api.ts';
import { ALERT_RULES } from '../../shared/golden-images/conditions.ts';
import type { DeliveredClaims } from '../../shared/incidents/claims.ts';
import { createPull } from '../../shared/pull-claims.ts';
import { listedAlert, startListing } from '../helpers/alertmanager-api.ts';
import { recordingLog } from '../helpers/log.ts';

const NAME = 'HCOMultiArchGoldenImagesDisabled';
const CLUSTER = { name: 'prod-eu-1', id: 'an-id', labels: ['cluster', 'managed_cluster'] };
const NOW = new Date('2026-11-22T10:00:00Z');

describe('a pull', () => {
  const pullFrom = (alerts: () => Promise<readonly ListedAlert[]>) => {
    const log = recordingLog();
    return { lines: log.lines, pull: createPull({ alertmanager: { alerts }, cluster: CLUSTER, log, now: () => NOW }) };
  };
  const pullOf = async (listed: readonly object[]): Promise<DeliveredClaims | undefined> => {
    const server = await startListing(listed);
    try {
      const { alerts } = createAlertmanagerApi({ url: server.url, token: undefined, caFile: undefined });
      return (await pullFrom(() => alerts([NAME])).pull()).get(NAME);
    } finally {
      await server.close();
    }
  };

  it('is a claim for what fires, with its links', async () => {
    assert.deepEqual(await pullOf([listedAlert({ alertname: NAME })]), {
      kind: 'list',
      heardAt: NOW.toISOString(),
      groupKey: 'alertmanager-api',
      truncated: false,
      series: [
        {
          fingerprint: 'f6c173e616a9926c',
          groupKey: 'alertmanager-api',
          status: 'firing',
          startsAt: '2026-11-22T09:00:00.000Z',
          heardAt: NOW.toISOString(),
          links: { runbook: 'https://example.org/runbook', graph: 'https://prometheus.example.org/graph', alertmanager: undefined },
        },
      ],
      suppressed: [],
    });
  });

  it('says of a silenced one only that it has not ended', async () => {
    const said = await pullOf([listedAlert({ alertname: NAME }, { status: { state: 'suppressed' } })]);
    assert.deepEqual([said?.series, said?.suppressed], [[], ['f6c173e616a9926c']]);
  });

  const elsewhere = [{ cluster: 'other' }, { managed_cluster: 'another-id' }, { alertname: 'Watchdog' }];
  for (const labels of elsewhere) {
    it(`leaves alone what is not of this cluster, or not ours: ${JSON.stringify(labels)}`, async () => {
      assert.deepEqual((await pullOf([listedAlert({ alertname: NAME, ...labels })]))?.series, []);
    });
  }
  for (const labels of [{ cluster: 'prod-eu-1' }, { managed_cluster: 'an-id' }]) {
    it(`takes what names this cluster: ${JSON.stringify(labels)}`, async () => {
      assert.equal((await pullOf([listedAlert({ alertname: NAME, ...labels })]))?.series.length, 1);
    });
  }

  it('speaks of each of our alerts, also of those that are not in the list', async () => {
    const signal = await pullFrom(async () => []).pull();
    assert.deepEqual(
      [...signal.keys()],
      ALERT_RULES.map(({ alert }) => alert),
    );
    assert.ok([...signal.values()].every(({ kind, series }) => kind === 'list' && series.length === 0));
  });

  it('that fails says nothing, and the log says why', async () => {
    const { pull, lines } = pullFrom(() => Promise.reject(new Error('cannot read the alerts at https://am: it answered 403')));
    assert.deepEqual([...(await pull())], []);
    assert.deepEqual(
      lines.map(({ level, message }) => [level, message]),
      [['error', 'the cluster is looked at without claims: cannot read the alerts at https://am: it answered 403']],
    );
  });
});
