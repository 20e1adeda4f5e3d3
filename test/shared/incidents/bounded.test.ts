import assert from 'node:assert/strict';
import { toSeries } from '../../../shared/alert-claims.ts';
import type { Alert } from '../../../shared/alertmanager/alert.ts';
import { boundedId } from '../../../shared/incidents/bounded.ts';

const HEARING = { groupKey: '{}:{}', heardAt: '2026-11-22T10:00:00Z', externalUrl: 'https://alertmanager.example.org' };
const CLUSTER = { name: 'prod', id: 'id-of-prod', labels: ['cluster', 'managed_cluster'] };
const ALERT: Alert = {
  status: 'firing',
  labels: {},
  annotations: { runbook_url: 'https://runbook.example.org' },
  startsAt: undefined,
  endsAt: undefined,
  generatorUrl: 'https://prometheus.example.org',
  fingerprint: 'f6c173e616a9926c',
};
const LONG = 'x'.repeat(3_000);

describe('what is kept of a series', () => {
  it('is what Alertmanager says, while that is short', () => {
    const { fingerprint, groupKey, links } = toSeries(ALERT, HEARING, CLUSTER);
    assert.deepEqual([fingerprint, groupKey], [ALERT.fingerprint, HEARING.groupKey]);
    const [runbook, graph, alertmanager] = ['https://runbook.example.org', ALERT.generatorUrl, HEARING.externalUrl];
    assert.deepEqual(links, { runbook, graph, alertmanager });
  });

  const named: readonly { readonly labels: Alert['labels']; readonly kept: object | undefined }[] = [
    { labels: {}, kept: undefined },
    { labels: { cluster: 'prod' }, kept: { cluster: 'prod' } },
    { labels: { cluster: 'hub', managed_cluster: 'id-of-prod' }, kept: { managed_cluster: 'id-of-prod' } },
    { labels: { cluster: 'prod', managed_cluster: 'id-of-prod' }, kept: { cluster: 'prod', managed_cluster: 'id-of-prod' } },
    { labels: { cluster: '', namespace: 'prod' }, kept: undefined },
  ];
  for (const { labels, kept } of named) {
    it(`is how it names this cluster: ${JSON.stringify(labels)}`, () =>
      assert.deepEqual(toSeries({ ...ALERT, labels }, HEARING, CLUSTER).cluster, kept));
  }

  it('is bounded, whatever it says: digests of long names, and no long links', () => {
    const alert = { ...ALERT, fingerprint: LONG, generatorUrl: LONG, annotations: { runbook_url: LONG } };
    const { fingerprint, groupKey, links } = toSeries(alert, { ...HEARING, groupKey: LONG, externalUrl: LONG }, CLUSTER);
    assert.deepEqual(links, { runbook: undefined, graph: undefined, alertmanager: undefined });
    for (const id of [fingerprint, groupKey]) assert.match(id, /^sha256:[0-9a-f]{64}$/);
  });

  it('has one identifier for the same long text, and another for another', () => {
    assert.equal(boundedId(LONG), boundedId(LONG));
    assert.notEqual(boundedId(LONG), boundedId(`${LONG}x`));
    assert.equal(boundedId('x'.repeat(256)), 'x'.repeat(256));
  });
});
