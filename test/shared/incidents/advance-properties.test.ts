import assert from 'node:assert/strict';
import fc from 'fast-check';
import { verdictOf } from '../../../shared/golden-images/verdict.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import { countAnnounced } from '../../../shared/incidents/announcements.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { type AlertEvent, createAlertmanager, GROUPS, type Series } from '../../helpers/alertmanager-model.ts';
import { FOUND, lookAt, NEVER_SEEN } from '../../helpers/deliveries.ts';
import { posted } from '../../helpers/incidents.ts';

type Condition = keyof typeof FOUND;

/** What happens: a series begins or ends in Alertmanager, or nothing does; then the cluster is as it is when somebody looks. */
interface Event extends Omit<AlertEvent, 'series'> {
  readonly series: Series | undefined;
  readonly condition: Condition;
}

const events = fc.array(fc.oneof(...(['g', 'h'] as const).map((group) => eventOf(group, GROUPS[group]))), { maxLength: 12 });

function eventOf(group: AlertEvent['group'], names: readonly Series[]): fc.Arbitrary<Event> {
  return fc.record({
    group: fc.constant(group),
    series: fc.option(fc.constantFrom(...names), { nil: undefined }),
    condition: fc.constantFrom<Condition>('present', 'absent', 'unknown'),
    again: fc.constantFrom('no', 'at once', 'late'),
  });
}

const revisionOf = ({ episode }: Incident) => episode?.revision ?? 0;
const announced = ({ episode }: Incident) => (episode ? countAnnounced(episode) : 0);
const unsaid = ({ episode }: Incident) => episode?.announcements ?? [];

describe('any sequence of deliveries and cluster states within an hour', () => {
  it('ends with what the last claims and the last state say, whatever came twice or late', () => {
    play((incident, { condition }, isFiring, before) => {
      const { episode } = incident;
      if (episode === undefined) return assert.ok(condition !== 'present' && !isFiring, 'it says nothing');
      assert.equal(episode.claim === 'firing', isFiring);
      const unclaimed = condition === 'absent' ? 'resolved' : before.episode?.verdict;
      assert.equal(episode.verdict, verdictOf(episode.claim, condition) ?? unclaimed);
    });
  });

  it('never takes a revision or an announcement back', () => {
    play((incident, _event, _isFiring, before) => {
      assert.ok(revisionOf(incident) >= revisionOf(before));
      assert.ok(announced(incident) >= announced(before));
    });
  });

  it('is at rest when the same look comes twice', () => {
    play((incident, { condition }, _isFiring, _before, at) => {
      const again = advance(incident, lookAt(at, FOUND[condition]));
      assert.deepEqual([revisionOf(again), unsaid(again)], [revisionOf(incident), unsaid(incident)]);
    });
  });
});

/** Checks the incident after each event of many sequences. */
function play(check: (incident: Incident, event: Event, isFiring: boolean, before: Incident, at: number) => void): void {
  fc.assert(
    fc.property(events, (sequence) => {
      const alertmanager = createAlertmanager();
      sequence.reduce((before, event, index) => {
        const at = index + 1;
        const { series } = event;
        const said = series ? alertmanager.deliver({ ...event, series }, at) : [];
        const incident = said.reduce(
          (now, delivery) => advance(now, lookAt(at, FOUND[event.condition], [delivery])),
          said.length === 0 ? advance(before, lookAt(at, FOUND[event.condition])) : before,
        );
        check(incident, event, alertmanager.isFiring(), before, at);
        return posted(incident);
      }, NEVER_SEEN);
    }),
    { numRuns: 200 },
  );
}
