/** What a look makes of the record. Races and older looks are in look-again.test.ts. */
import assert from 'node:assert/strict';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { judge } from '../../../shared/judge.ts';
import { afterLook } from '../../../shared/look-again/record-look.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { minute } from '../../helpers/deliveries.ts';
import { episodeOf, fires, incidentAfter } from '../../helpers/incidents.ts';

const nodes = [node('a', 'amd64'), node('b', 'arm64')];
const mixed = snapshot({ nodes, hyperConverged: hyperConverged() });
const enabled = snapshot({ nodes, hyperConverged: hyperConverged({ gate: true }) });
const FLAP_MS = 3_600_000;

/** Over since minute 1, with a message that shows this revision of two. */
function over(revision: number): Incident {
  const incident = incidentAfter([
    { snapshot: mixed, at: minute(0), claims: [fires(minute(0))] },
    { snapshot: enabled, at: minute(1) },
  ]);
  const said = { channel: 'C', ts: '1.1', revision, checkedAt: undefined, announcements: 0, files: {} };
  return { ...incident, episode: { ...episodeOf(incident), said } };
}

function lookLater(incident: Incident) {
  const [judgement] = judge(mixed, 'kubectl');
  assert.ok(judgement);
  const found = { ...mixed, takenAt: minute(120) };
  return episodeOf(afterLook(incident, { judgement, snapshot: found, claims: [], askedBy: [], newer: [], open: [] }, FLAP_MS));
}

describe('a look long after the condition was over', () => {
  it('opens a new episode when the message says so', () => {
    const before = over(2);
    assert.notEqual(lookLater(before).id, before.episode?.id);
  });

  it('goes on with the episode when nobody could read that it was over', () => {
    const before = over(1);
    const { id, returns, said } = lookLater(before);
    assert.deepEqual([id, returns, said?.ts], [before.episode?.id, 1, '1.1']);
  });
});
