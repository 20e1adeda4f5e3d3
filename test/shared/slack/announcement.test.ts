/** The replies in a message's thread: one plain sentence each, and in the channel only what got worse. */
import assert from 'node:assert/strict';
import type { DeliveredClaims } from '../../../shared/incidents/claims.ts';
import type { Announcement } from '../../../shared/incidents/incident.ts';
import { renderAnnouncement } from '../../../shared/slack/announcement.ts';
import { metadataKey } from '../../../shared/slack/message.ts';
import { hyperConverged, node, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, episodeOf, fires, IMPORT_DISABLED, incidentAfter, posted, resolves } from '../../helpers/incidents.ts';
import { allText, assertTakenBySlack } from '../../helpers/messages.ts';

const at = '2026-11-22T10:00:00Z';
const MIXED = snapshot({ nodes: [node('a', 'amd64'), node('b', 'arm64')], hyperConverged: hyperConverged() });

function reply(announcement: Announcement, cluster = 'prod-eu-1') {
  const incident = incidentAfter([{ snapshot: MIXED, at, claims: [fires(at)] }], { cluster });
  return renderAnnouncement(incident, episodeOf(incident), announcement, 3);
}

const BY = { manager: 'kubectl-edit', operation: 'Update', at: '2026-11-22T10:41:00Z' };
const NINE = ['1', '2', '3', '4', '5', '6', '7', '8', '9'];
const PROBLEM = 'new VMs from 1 boot image may get the wrong CPU architecture';
const cases: readonly { readonly announcement: Announcement; readonly text: string; readonly broadcast?: boolean }[] = [
  { announcement: { at, kind: 'opened' }, text: 'Alertmanager now says it too: HCOMultiArchGoldenImagesDisabled fires.' },
  {
    announcement: { at, kind: 'contradicted' },
    text: `Alertmanager says that HCOMultiArchGoldenImagesDisabled is resolved. It is not: ${PROBLEM}. Why the alert went quiet is not known.`,
    broadcast: true,
  },
  { announcement: { at, kind: 'back', count: 2 }, text: `It is back (2 times so far): ${PROBLEM}.`, broadcast: true },
  { announcement: { at, kind: 'back', count: 1 }, text: `It is back: ${PROBLEM}.`, broadcast: true },
  { announcement: { at, kind: 'back', count: 0 }, text: `It is true now: ${PROBLEM}.`, broadcast: true },
  {
    announcement: { at, kind: 'resolved', cause: 'one-architecture', placementChanged: false, left: ['worker-arm-1', 'worker-arm-2'] },
    text: 'It is over: nodes are gone: all workload nodes have the same architecture. No longer workload nodes: worker-arm-1 and worker-arm-2.',
  },
  {
    announcement: { at, kind: 'resolved', cause: 'one-architecture', placementChanged: true, left: ['worker-arm-1'] },
    text: 'It is over: the placement was narrowed: all workload nodes have the same architecture. No longer workload nodes: worker-arm-1.',
  },
  {
    announcement: { at, kind: 'resolved', cause: 'one-architecture', placementChanged: false, left: [] },
    text: 'It is over: all workload nodes have the same architecture.',
  },
  {
    announcement: { at, kind: 'resolved', cause: 'import-enabled', placementChanged: false, left: [], by: BY },
    text: 'It is over: the multi-architecture import is on (set by kubectl-edit at 2026-11-22 10:41:00 UTC).',
  },
  {
    announcement: { at, kind: 'resolved', cause: 'one-architecture', placementChanged: true, left: ['b'], by: BY },
    text: 'It is over: the placement was narrowed: all workload nodes have the same architecture (set by kubectl-edit at 2026-11-22 10:41:00 UTC). No longer workload nodes: b.',
  },
  {
    announcement: { at, kind: 'resolved', cause: 'import-enabled', placementChanged: true, left: [] },
    text: 'It is over: the multi-architecture import is on.',
  },
  {
    announcement: { at, kind: 'changed', changes: [{ what: 'architecture-added', names: ['s390x'] }] },
    text: 'New architecture among the workload nodes: s390x.',
    broadcast: true,
  },
  {
    announcement: { at, kind: 'changed', changes: [{ what: 'images-added', names: ['x'] }] },
    text: 'More golden images concerned: x.',
    broadcast: true,
  },
  {
    announcement: { at, kind: 'changed', changes: [{ what: 'images-gone', names: ['x'] }] },
    text: 'Golden images no longer concerned: x.',
  },
  {
    announcement: { at, kind: 'changed', changes: [{ what: 'machines-added', names: ['shop/db-1', 'shop/web-1'] }] },
    text: 'More VMs that may have the wrong architecture: shop/db-1 and shop/web-1.',
    broadcast: true,
  },
  {
    announcement: { at, kind: 'changed', changes: [{ what: 'machines-gone', names: ['shop/db-1'] }] },
    text: 'VMs that are gone or no longer suspect: shop/db-1.',
  },
  {
    announcement: {
      at,
      kind: 'changed',
      changes: [
        { what: 'architecture-gone', names: ['arm64'] },
        { what: 'nodes-left', names: NINE },
      ],
    },
    text: 'No longer an architecture of the workload nodes: arm64. No longer workload nodes: 1, 2, 3, 4, 5, 6, 7, 8 and 1 more.',
  },
];

describe('that an alert does not fire any more though it is still true', () => {
  const quietAt = '2026-11-22T10:20:00Z';
  const own = { fingerprint: 'a' };
  const other = { fingerprint: 'b' };
  const resolved = `Alertmanager says that ${IMPORT_DISABLED} is resolved. It is not`;
  const gone = `Alertmanager no longer sends ${IMPORT_DISABLED} (silenced, or it went quiet), and it is still true`;
  const cases: readonly {
    readonly when: string;
    readonly said: readonly DeliveredClaims[];
    readonly text: string;
    readonly broadcast: boolean;
  }[] = [
    { when: 'it was said to be resolved', said: [resolves(quietAt, own)], text: resolved, broadcast: true },
    { when: 'its group went on without it', said: [delivers(quietAt, [])], text: gone, broadcast: false },
    {
      when: 'one series was said to be resolved, and another is gone',
      said: [delivers(quietAt, [{ ...other, status: 'resolved' }])],
      text: resolved,
      broadcast: true,
    },
    {
      when: 'another series was resolved before the episode',
      said: [{ ...resolves('2026-11-22T09:00:00Z', other), groupKey: 'h' }, delivers(quietAt, [])],
      text: gone,
      broadcast: false,
    },
  ];
  for (const { when, said, text, broadcast } of cases) {
    it(`is told in these words${broadcast ? ', in the channel too,' : ''} where ${when}: ${text}`, () => {
      const fired = posted(incidentAfter([{ snapshot: MIXED, at, claims: [fires(at, own)] }]));
      const incident = incidentAfter([{ snapshot: MIXED, at: quietAt, claims: said }], { after: fired });
      const [announcement, ...others] = episodeOf(incident).announcements;
      assert.deepEqual([announcement?.kind, others], ['contradicted', []]);
      const shown = announcement && renderAnnouncement(incident, episodeOf(incident), announcement, 1);
      const whole = `prod-eu-1: ${text}: ${PROBLEM}. Why the alert went quiet is not known.`;
      assert.deepEqual([shown?.text, shown?.broadcast], [whole, broadcast]);
    });
  }

  it('is a resolve where its series are not on record any more', () => {
    const after = incidentAfter([{ snapshot: MIXED, at: quietAt, claims: [delivers(quietAt, [])] }], {
      after: incidentAfter([{ snapshot: MIXED, at, claims: [fires(at)] }]),
    });
    const { text } = renderAnnouncement({ ...after, series: [] }, episodeOf(after), { at, kind: 'contradicted' }, 1);
    assert.match(text, / says that \w+ is resolved/);
  });
});

describe('an announcement', () => {
  for (const { announcement, text, broadcast = false } of cases) {
    it(`says${broadcast ? ' in the channel too' : ''}: ${text}`, () => {
      const { text: notification, blocks, broadcast: isBroadcast } = reply(announcement);
      assert.deepEqual([notification, allText(blocks), isBroadcast], [`prod-eu-1: ${text}`, `prod-eu-1: ${text}`, broadcast]);
    });
  }

  it('can be told from the message, and one from the other', () => {
    const { metadata } = reply({ at, kind: 'opened' });
    const payload = { key: 'prod-eu-1/HCOMultiArchGoldenImagesDisabled', episode: `episode-${at}`, number: 3 };
    assert.deepEqual(metadata, { event_type: 'archwatch_reply', event_payload: payload });
  });

  it('is whole when everything changed at once, and every name is as long as it may be', () => {
    const names = NINE.map((number) => '&'.repeat(200) + number);
    const kinds = [
      ...(['architecture-added', 'architecture-gone', 'images-added', 'images-gone'] as const),
      ...(['machines-added', 'machines-gone', 'nodes-left'] as const),
    ];
    const { text, blocks, metadata } = reply({ at, kind: 'changed', changes: kinds.map((what) => ({ what, names })) }, '&'.repeat(10_000));
    assertTakenBySlack(text, blocks, metadata);
    assert.equal([...text.matchAll(/ and 4 more\./g)].length, kinds.length);
    assert.match(text, / and 4 more\.$/);
  });
});

describe('the key in metadata', () => {
  it('is the incident’s own', () => assert.equal(metadataKey('prod/X'), 'prod/X'));

  it('is a digest where that is too long for Slack, another for each', () => {
    const [one, other] = [metadataKey(`${'a'.repeat(300)}/X`), metadataKey(`${'a'.repeat(300)}/Y`)];
    assert.match(one, /^[0-9a-f]{64}$/);
    assert.notEqual(one, other);
  });
});
