import assert from 'node:assert/strict';
import { acknowledge } from '../../../shared/incidents/acknowledge.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { createMemoryStore } from '../../../shared/incidents/store/store.ts';
import { changeIncident } from '../../../shared/look-again/change-incident.ts';
import { createTurns } from '../../../shared/look-again/turns.ts';
import { FOUND, lookAt, minute, NEVER_SEEN } from '../../helpers/deliveries.ts';

const ALERT = NEVER_SEEN.alert;
const open = advance(NEVER_SEEN, lookAt(10, FOUND.present));
const acknowledged = (incident: Incident) => acknowledge(incident, { by: 'U0ALICE', at: minute(11) });

describe('what a person decides', () => {
  it('is on record with what another wrote at the same moment', async () => {
    const memory = createMemoryStore();
    let version = await memory.write(open, '0');
    const later = advance(open, lookAt(12, FOUND.present));
    let isFirst = true;
    const incidents = {
      ...memory,
      write: async (incident: Incident, basedOn: string) => {
        if (isFirst) version = await memory.write(later, version);
        isFirst = false;
        return memory.write(incident, basedOn);
      },
    };
    const { incident } = await changeIncident(ALERT, acknowledged, { incidents, clusterName: 'prod' });
    assert.deepEqual([incident.look?.takenAt, incident.episode?.acknowledged?.by], [minute(12), 'U0ALICE']);
    assert.deepEqual((await memory.read(open.key)).incident, incident);
  });

  it('is written only where it changes something', async () => {
    const memory = createMemoryStore();
    const before = await memory.write(open, '0');
    const { version } = await changeIncident(ALERT, (incident) => incident, { incidents: memory, clusterName: 'prod' });
    assert.equal(version, before);
  });
});

describe('turns', () => {
  it('are taken one after the other, and one that fails ends as any', async () => {
    const inTurn = createTurns();
    const heard: string[] = [];
    const first = Promise.withResolvers<void>();
    const [one, two] = [
      inTurn(async () => {
        await first.promise;
        heard.push('one');
        throw new Error('failed');
      }),
      inTurn(async () => heard.push('two')),
    ];
    first.resolve();
    await assert.rejects(one, /failed/);
    await two;
    assert.deepEqual(heard, ['one', 'two']);
  });
});
