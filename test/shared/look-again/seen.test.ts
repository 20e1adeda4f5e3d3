import assert from 'node:assert/strict';
import { newEpisode } from '../../../shared/incidents/incident.ts';
import { countSaid, sawIncident, shown } from '../../../shared/look-again/seen.ts';
import { metricsPage } from '../../../shared/metrics.ts';

const alert = 'HCOGoldenImageWithNoSupportedArchitecture';
const episode = newEpisode({ id: 'e', openedAt: '2026-11-22T10:00:00Z', verdict: 'confirmed', claim: 'firing', revision: 1 });

describe('what this process has seen', () => {
  const samples = async (name: string) =>
    (await metricsPage()).body.split('\n').filter((line) => line.startsWith(`${name}{`) && line.includes(alert));

  it('has one state for each incident, the last, and none where there is no episode', async () => {
    for (const verdict of ['confirmed', 'contradicted'] as const) sawIncident({ alert, episode: { ...episode, verdict } });
    assert.deepEqual(await samples('archwatch_incidents'), [`archwatch_incidents{alert="${alert}",state="contradicted"} 1`]);
    sawIncident({ alert, episode: undefined });
    assert.deepEqual(await samples('archwatch_incidents'), []);
  });

  it('was checked when its look was taken, in seconds', async () => {
    shown(alert, '2026-11-22T10:00:00.500Z');
    assert.deepEqual(await samples('archwatch_facts_checked_timestamp_seconds'), [
      `archwatch_facts_checked_timestamp_seconds{alert="${alert}"} ${Date.UTC(2026, 10, 22, 10) / 1_000 + 0.5}`,
    ]);
  });

  it('takes no time from a receipt where nothing was received', async () => {
    const posted = async () => (await metricsPage()).body.match(/^archwatch_receipt_to_posted_seconds_count.*$/gm);
    const before = await posted();
    countSaid('post');
    assert.deepEqual(await posted(), before);
  });
});
