import assert from 'node:assert/strict';
import { advance } from '../../../../shared/incidents/advance.ts';
import type { Incident } from '../../../../shared/incidents/incident.ts';
import { incidentKey, newIncident } from '../../../../shared/incidents/incident.ts';
import { entryName } from '../../../../shared/incidents/store/entry-name.ts';
import { decodeIncident, encodeIncident } from '../../../../shared/incidents/store/incident-json.ts';
import { type Changes, type Entries, makeRoom, StoreFullError } from '../../../../shared/incidents/store/make-room.ts';
import { claims, FOUND, lookAt, series } from '../../../helpers/deliveries.ts';
import { IMPORT_DISABLED, LINKS } from '../../../helpers/incidents.ts';

/** An incident of which two series fire from minute 1, and one has resolved; over at a minute, or open. */
function incident(cluster: string, overAt?: number): Incident {
  const said = [claims(1, 'g', [linked('fires', 'firing'), linked('fires-too', 'firing'), linked('over', 'resolved')])];
  const open = advance(newIncident(cluster, IMPORT_DISABLED), lookAt(1, FOUND.present, said));
  return overAt === undefined ? open : advance(open, lookAt(overAt, FOUND.absent));
}

function linked(fingerprint: string, status: 'firing' | 'resolved') {
  return { ...series(fingerprint, status, 1), links: { ...LINKS, graph: `https://prometheus.example.org/${fingerprint}` } };
}

const nameOf = ({ key }: Incident) => entryName(key);
const entriesOf = (incidents: readonly Incident[], more: Entries = {}): Entries => ({
  ...Object.fromEntries(incidents.map((one) => [nameOf(one), encodeIncident(one)])),
  ...more,
});
const sizeOf = (entries: Entries) => Object.entries(entries).reduce((sum, [name, text]) => sum + Buffer.byteLength(name + text), 0);
const applied = (entries: Entries, changes: Changes): Entries =>
  Object.fromEntries(Object.entries({ ...entries, ...changes }).flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])));

const OPEN = incident('open');
const OLDER = incident('older', 20);
const OLD = incident('old', 30);
const ASIDE = { 'aside-20261122T100000Z-x': 'x'.repeat(3_000), 'aside-20261121T100000Z-x': 'x'.repeat(3_000) };
const FULL = entriesOf([OPEN, OLDER, OLD], ASIDE);
const SIZE = sizeOf(FULL);
const PARTS = [
  `the episode that is over of ${nameOf(OLDER)}`,
  `the episode that is over of ${nameOf(OLD)}`,
  ...[OPEN, OLDER, OLD].map((one) => `series that do not fire of ${nameOf(one)}`),
  ...[OPEN, OLDER, OLD].map((one) => `links of all series but the newest of ${nameOf(one)}`),
  'the text of aside-20261121T100000Z-x',
  'the text of aside-20261122T100000Z-x',
];

describe('room in a ConfigMap', () => {
  it('is there as long as everything fits: nothing is let go', () => {
    assert.deepEqual(makeRoom(FULL, { a: undefined }, { own: [], limit: SIZE }), { changes: { a: undefined }, dropped: [] });
  });

  it('is made in this order, and no further than needed', () => {
    let last = SIZE;
    for (let limit = SIZE - 1; limit > 0; limit -= 97) {
      try {
        const { changes, dropped } = makeRoom(FULL, {}, { own: [nameOf(OPEN)], limit });
        assert.deepEqual(dropped, PARTS.slice(0, dropped.length));
        const size = sizeOf(applied(FULL, changes));
        assert.ok(size <= limit && size <= last, `${size} of ${limit}`);
        last = size;
      } catch (error) {
        assert.ok(error instanceof StoreFullError, String(error));
        assert.ok(limit < sizeOf(entriesOf([OPEN])) + 4_000, `full at ${limit}`);
      }
    }
    assert.ok(last < sizeOf(entriesOf([OPEN])) + 4_000, 'everything else was let go');
  });

  it('leaves of an incident that is over what its series said last', () => {
    const { changes } = makeRoom(FULL, {}, { own: [nameOf(OPEN)], limit: SIZE - 1 });
    assert.deepEqual(decodeIncident(changes[nameOf(OLDER)] ?? ''), { ...OLDER, episode: undefined });
    assert.equal(changes[nameOf(OPEN)], undefined);
  });

  it('takes the episode that is being written only where nothing else helps, and only if it is over', () => {
    const entries = entriesOf([OPEN, OLD]);
    const { changes, dropped } = makeRoom(entries, {}, { own: [nameOf(OLD)], limit: sizeOf(entriesOf([OPEN])) + 1_500 });
    assert.equal(dropped.at(-1), `the episode that is over of ${nameOf(OLD)}`);
    assert.equal(decodeIncident(changes[nameOf(OLD)] ?? '').episode, undefined);
  });

  it('takes only the links that no message shows', () => {
    const alone = entriesOf([OPEN]);
    const { changes, dropped } = makeRoom(alone, {}, { own: [nameOf(OPEN)], limit: sizeOf(alone) - 500 });
    assert.deepEqual(dropped, [`series that do not fire of ${nameOf(OPEN)}`, `links of all series but the newest of ${nameOf(OPEN)}`]);
    const left = decodeIncident(changes[nameOf(OPEN)] ?? '').series.map(({ fingerprint, links }) => [fingerprint, links.graph]);
    assert.deepEqual(left, [
      ['fires', 'https://prometheus.example.org/fires'],
      ['fires-too', undefined],
    ]);
  });

  it('is made of what was over later rather than of the episode that is being written', () => {
    const { dropped } = makeRoom(FULL, {}, { own: [nameOf(OLDER)], limit: SIZE - 1 });
    assert.deepEqual(dropped, [`the episode that is over of ${nameOf(OLD)}`]);
  });

  it('is made at last of damaged texts where other incidents should be, the largest first, and not of what a newer archwatch wrote', () => {
    const [large, small, newer] = ['large', 'small', 'newer'].map((name) => entryName(incidentKey(name, IMPORT_DISABLED)));
    assert.ok(large && small && newer);
    const damaged = { [small]: `{${'x'.repeat(500)}`, [large]: `{${'x'.repeat(9_000)}`, [newer]: '{"version":99}' };
    const entries = { ...entriesOf([OPEN]), ...damaged };
    const own = nameOf(OPEN);
    const { changes, dropped } = makeRoom({ ...entries, ...ASIDE }, {}, { own: [own], limit: sizeOf(entries) - 5_000 });
    assert.deepEqual(dropped.slice(-3), [...PARTS.slice(-2), `the damaged text of ${large}`]);
    assert.deepEqual(Object.keys(applied(entries, changes)), [own, small, newer]);
    const least = sizeOf({ [own]: changes[own] ?? '', [newer]: damaged[newer] ?? '' });
    const all = makeRoom(entries, {}, { own: [own], limit: least });
    assert.deepEqual(all.dropped.slice(-2), [`the damaged text of ${large}`, `the damaged text of ${small}`]);
    assert.throws(() => makeRoom({ [newer]: damaged[newer] ?? '' }, {}, { own: [], limit: 9 }), StoreFullError);
  });

  it('is never made of what is open: then it says how large that is, and what to do', () => {
    const limit = sizeOf(entriesOf([OPEN])) - 1_000;
    for (const own of [[nameOf(OPEN)], ['another'], []]) {
      assert.throws(
        () => makeRoom(entriesOf([OPEN]), {}, { own, limit }),
        (error) =>
          error instanceof StoreFullError &&
          /^open incidents take \d+ bytes, and \d+ is the most; the largest entry is open\.HCO.*Give each cluster/.test(error.message),
      );
    }
  });

  it('counts bytes, not characters, and names too', () => {
    assert.equal(makeRoom({}, { ä: 'ö' }, { own: ['ä'], limit: 4 }).dropped.length, 0);
    assert.throws(() => makeRoom({}, { ä: 'ö' }, { own: ['ä'], limit: 3 }), StoreFullError);
  });
});
