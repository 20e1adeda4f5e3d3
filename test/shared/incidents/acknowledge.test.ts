import assert from 'node:assert/strict';
import { acknowledge } from '../../../shared/incidents/acknowledge.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import type { Look } from '../../../shared/incidents/look.ts';
import { BUTTONS } from '../../../shared/slack/actions.ts';
import { renderAnnouncement } from '../../../shared/slack/announcement.ts';
import { renderIncident } from '../../../shared/slack/message.ts';
import { date, user } from '../../../shared/slack/rich-text.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';
import { claims, FOUND, type Found, lookAt, minute, NEVER_SEEN, series } from '../../helpers/deliveries.ts';
import { episodeOf, posted } from '../../helpers/incidents.ts';
import { assertTakenBySlack, ofType } from '../../helpers/messages.ts';

const { present, absent, unknown } = FOUND;
const SMALLER: Found = { ...present, nodes: present.nodes.slice(0, 2) };
const LARGER: Found = { ...present, nodes: [...present.nodes, node('worker-z', 's390x')] };
const MORE_IMAGES: Found = {
  ...present,
  hyperConverged: hyperConverged({ goldenImages: { 'fedora-image-cron': 'amd64', more: 'amd64' } }),
};

const firing = (at: number) => [claims(at, 'g', [series('a', 'firing', 10)])];
const resolved = (at: number) => [claims(at, 'g', [series('a', 'resolved', 10)])];
const open = posted(advance(NEVER_SEEN, lookAt(10, present, firing(10))));
const ALICE = { by: 'U0ALICE', at: minute(11) };
const BOB = { by: 'U0BOB', at: minute(12) };
const seen = acknowledge(open, ALICE);
const personAfter = (before: Incident, ...looks: readonly Look[]) => episodeOf(looks.reduce(advance, before)).acknowledged?.by;

describe('an acknowledgement', () => {
  it('is on record and makes an edit', () => {
    const { acknowledged, revision } = episodeOf(seen);
    assert.deepEqual([acknowledged, revision], [ALICE, episodeOf(open).revision + 1]);
  });

  it('is given once: the same person again changes nothing', () => {
    assert.equal(acknowledge(seen, { ...ALICE, at: minute(30) }), seen);
  });

  it('is the latest person’s', () => {
    const { acknowledged, revision } = episodeOf(acknowledge(seen, BOB));
    assert.deepEqual([acknowledged, revision], [BOB, episodeOf(seen).revision + 1]);
  });

  it('is nothing where nothing is open', () => {
    const over = advance(open, lookAt(20, absent));
    assert.deepEqual([acknowledge(NEVER_SEEN, ALICE), acknowledge(over, ALICE)], [NEVER_SEEN, over]);
  });

  it('is for what cannot be checked too', () => {
    assert.deepEqual(episodeOf(acknowledge(advance(NEVER_SEEN, lookAt(10, unknown, firing(10))), BOB)).acknowledged, BOB);
  });

  const larger = acknowledge(advance(open, lookAt(10, LARGER)), ALICE);
  const kept = [
    { while: 'nothing changes', before: seen, looks: [lookAt(20, present, firing(20))] },
    { while: 'it cannot be checked', before: seen, looks: [lookAt(20, unknown)] },
    {
      while: 'the alert follows an early warning',
      before: acknowledge(advance(NEVER_SEEN, lookAt(9, present)), ALICE),
      looks: [lookAt(20, present, firing(20))],
    },
    { while: 'it gets better', before: larger, looks: [lookAt(20, SMALLER)] },
    { while: 'it is over', before: seen, looks: [lookAt(20, absent, resolved(20))] },
  ];
  for (const { while: rule, before, looks } of kept) {
    it(`stands while ${rule}`, () => assert.equal(personAfter(before, ...looks), ALICE.by));
  }

  const letGo = [
    { when: 'it is back', looks: [lookAt(20, absent), lookAt(30, present)] },
    { when: 'there is a new architecture', looks: [lookAt(20, LARGER)] },
    { when: 'more golden images are concerned', looks: [lookAt(20, MORE_IMAGES)] },
    { when: 'the alert goes quiet though it is still true', looks: [lookAt(20, present, resolved(20))] },
  ];
  for (const { when, looks } of letGo) {
    it(`is let go of when ${when}: that is told to the channel`, () => {
      const after = looks.reduce((before, look) => advance(posted(before), look), seen);
      const last = episodeOf(after).announcements.at(-1);
      assert.equal(episodeOf(after).acknowledged, undefined);
      assert.ok(last && renderAnnouncement(after, episodeOf(after), last, 1).broadcast);
    });
  }

  it('can be given again after that', () => {
    assert.equal(episodeOf(acknowledge(advance(seen, lookAt(20, LARGER)), ALICE)).acknowledged?.by, ALICE.by);
  });

  it('is not of the next episode', () => {
    assert.equal(personAfter(seen, lookAt(20, absent), lookAt(200, present)), undefined);
  });

  it('stands in the message: who, and when', () => {
    const { text, blocks, metadata } = renderIncident(seen, episodeOf(seen), { consoleUrl: undefined, buttons: BUTTONS });
    assertTakenBySlack(text, blocks, metadata);
    assert.deepEqual(ofType(blocks, 'user'), [user(ALICE.by)]);
    const [line] = ofType(blocks, 'rich_text_section').map(({ elements }) => JSON.stringify(elements));
    assert.ok(
      line?.includes(
        JSON.stringify([{ type: 'text', text: 'Acknowledged by ' }, user(ALICE.by), { type: 'text', text: ' at ' }, date(ALICE.at)]).slice(
          1,
          -1,
        ),
      ),
    );
  });
});
