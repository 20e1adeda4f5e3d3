import assert from 'node:assert/strict';
import { advance } from '../../../shared/incidents/advance.ts';
import type { Incident, Silence } from '../../../shared/incidents/incident.ts';
import { silence } from '../../../shared/incidents/silence.ts';
import { decodeIncident, encodeIncident } from '../../../shared/incidents/store/incident-json.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { date, user } from '../../../shared/slack/rich-text.ts';
import { claims, FLAP_MINUTES, FOUND, lookAt, minute, NEVER_SEEN, series } from '../../helpers/deliveries.ts';
import { episodeOf, posted } from '../../helpers/incidents.ts';
import { assertTakenBySlack, ofType } from '../../helpers/messages.ts';

const { present, absent } = FOUND;
const firing = (at: number) => [claims(at, 'g', [series('a', 'firing', 10)])];
const open = posted(advance(NEVER_SEEN, lookAt(10, present, firing(10))));
const SILENCE: Silence = { id: 'of-alertmanager', by: 'U0ALICE', at: minute(20), until: minute(80) };
const quiet = posted(silence(open, SILENCE));
/** Its group is told without it; nothing says that it resolved. */
const leftOut = (at: number) => lookAt(at, present, [claims(at, 'g', [])]);
const stateOf = (incident: Incident) => {
  const { verdict, claim, announcements } = episodeOf(incident);
  return [verdict, claim, announcements.map(({ kind }) => kind)];
};
const STILL = ['confirmed', 'firing', []];
const GONE = ['contradicted', 'resolved', ['contradicted']];

describe('a silence that a person asked for', () => {
  it('is on record and makes an edit', () => {
    const { silenced, revision } = episodeOf(silence(open, SILENCE));
    assert.deepEqual([silenced, revision], [SILENCE, episodeOf(open).revision + 1]);
  });

  it('is recorded once', () => assert.equal(silence(quiet, { ...SILENCE, by: 'U0BOB' }), quiet));

  it('gives way to one of other matchers only if that ends later: a week is not over with an hour', () => {
    const lasting = (lasts: number) => ({ ...SILENCE, id: `for ${lasts}`, until: minute(20 + lasts), matchers: { days: `${lasts}` } });
    const [hour, day, week] = [60, 24 * 60, 7 * 24 * 60].map(lasting);
    assert.ok(hour && day && week);
    for (const { asked, stands } of [
      { asked: [hour, week], stands: week },
      { asked: [week, hour], stands: week },
      { asked: [day, week, hour], stands: week },
    ]) {
      const after = asked.reduce((incident, one) => posted(silence(incident, one)), open);
      assert.deepEqual(episodeOf(after).silenced, stands);
      assert.deepEqual(stateOf(advance(after, leftOut(6 * 24 * 60))), STILL);
    }
  });

  it('gives way to any of the same matchers: Alertmanager had none any more that lasts as long', () => {
    const matchers = { alertname: 'A', cluster: 'prod' };
    const known = silence(open, { ...SILENCE, matchers });
    const shorter = { ...SILENCE, id: 'another', until: minute(40), matchers };
    assert.deepEqual(episodeOf(silence(known, shorter)).silenced, shorter);
    assert.equal(silence(quiet, { ...shorter, matchers: {} }), quiet);
  });

  it('is not taken back by a notification: that may have been on its way, or be another Alertmanager’s', () =>
    assert.deepEqual(episodeOf(advance(quiet, lookAt(50, present, firing(50)))).silenced, SILENCE));

  for (const ends of [40, 120]) {
    it(`has the end that Alertmanager says now, and still who asked first: ${ends}`, () => {
      const moved = silence(quiet, { ...SILENCE, by: 'U0BOB', at: minute(30), until: minute(ends) });
      assert.deepEqual(episodeOf(moved).silenced, { ...SILENCE, until: minute(ends) });
      assert.equal(episodeOf(moved).revision, episodeOf(quiet).revision + 1);
    });
  }

  it('is nothing where nothing was ever said', () => assert.equal(silence(NEVER_SEEN, SILENCE), NEVER_SEEN));

  it('comes back from the record, with the labels of its series', () => {
    const known = silence(open, { ...SILENCE, matchers: { alertname: 'A', cluster: 'prod' } });
    const incident = { ...known, series: known.series.map((one) => ({ ...one, cluster: { cluster: 'prod' } })) };
    assert.deepEqual(decodeIncident(encodeIncident(incident)), incident);
  });

  it('is on record of an older release as none', () => {
    assert.equal('silenced' in episodeOf(decodeIncident(encodeIncident(open))), false);
  });

  const cases = [
    { when: 'before the silence', before: quiet, look: leftOut(19), is: GONE },
    { when: 'as it begins', before: quiet, look: leftOut(20), is: STILL },
    { when: 'in the middle of it', before: quiet, look: leftOut(50), is: STILL },
    { when: 'as it ends', before: quiet, look: leftOut(80), is: STILL },
    { when: 'before the group is told again after it', before: quiet, look: leftOut(85), is: STILL },
    { when: 'later', before: quiet, look: leftOut(86), is: GONE },
    { when: 'without a silence', before: open, look: leftOut(50), is: GONE },
  ];
  for (const { when, before, look, is } of cases) {
    it(`${is === STILL ? 'is the reason' : 'is no reason'} where its group is told without the alert ${when}`, () =>
      assert.deepEqual(stateOf(advance(before, look)), is));
  }

  it('hides no resolve that is said', () => {
    const said = lookAt(50, present, [claims(50, 'g', [series('a', 'resolved', 10)])]);
    assert.deepEqual(stateOf(advance(quiet, said)), GONE);
  });

  it('hides no list that has it neither as firing nor as silenced', () => {
    const listed = (at: number, suppressed: readonly string[], fires = false) => [
      { ...claims(at, 'alertmanager-api', fires ? [series('a', 'firing', 10)] : []), kind: 'list' as const, suppressed },
    ];
    const known = posted(silence(advance(open, lookAt(15, present, listed(15, [], true))), SILENCE));
    assert.deepEqual(stateOf(advance(known, lookAt(50, present, listed(50, ['a'])))), STILL);
    assert.deepEqual(stateOf(advance(known, lookAt(50, present, listed(50, [])))), GONE);
  });

  it('hides nothing of the cluster: what is over is over', () => {
    assert.equal(episodeOf(advance(quiet, lookAt(50, absent))).overAt, minute(50));
  });

  it('goes on in the next episode while it lasts, and not after it', () => {
    const long = silence(open, { ...SILENCE, until: minute(500) });
    const over = posted(advance(long, lookAt(30, absent)));
    const next = advance(over, lookAt(31 + FLAP_MINUTES, present));
    assert.deepEqual([next.episode?.id === over.episode?.id, episodeOf(next).silenced?.id], [false, SILENCE.id]);
    assert.equal('silenced' in episodeOf(advance(over, lookAt(506, present))), false);
  });

  it('stands in the message: until when, and who asked', () => {
    const { text, blocks, metadata } = renderIncident(quiet, episodeOf(quiet), { consoleUrl: undefined, buttons: [] });
    assertTakenBySlack(text, blocks, metadata);
    const line = JSON.stringify(ofType(blocks, 'rich_text_section').map(({ elements }) => elements)[0]);
    const words = (said: string) => ({ type: 'text', text: said });
    const pieces = [words('Silenced in Alertmanager until '), date(SILENCE.until), words(', asked for by '), user(SILENCE.by), words('. ')];
    assert.ok(line.includes(JSON.stringify(pieces).slice(1, -1)), line);
  });
});

describe('a look that a person asked for', () => {
  const asked = (at: number, found = present) => ({ ...lookAt(at, found), askedBy: ['U0ALICE', 'U0BOB'] });

  it('is an edit though nothing changed, and the message says who asked', () => {
    const after = advance(open, asked(20));
    assert.equal(episodeOf(after).revision, episodeOf(open).revision + 1);
    const { blocks } = renderIncident(after, episodeOf(after), { consoleUrl: undefined, buttons: [] });
    assert.deepEqual(ofType(blocks, 'user'), [user('U0ALICE'), user('U0BOB')]);
    assert.deepEqual(decodeIncident(encodeIncident(after)), after);
  });

  it('is followed by no edit for the next look that nobody asked for', () => {
    const before = posted(advance(open, asked(20)));
    assert.equal(episodeOf(advance(before, lookAt(30, present))).revision, episodeOf(before).revision);
  });

  it('is no edit of what is over', () => {
    const over = advance(open, lookAt(20, absent));
    assert.equal(episodeOf(advance(over, asked(30, absent))).revision, episodeOf(over).revision);
  });
});
