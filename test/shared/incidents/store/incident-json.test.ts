import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Json, type JsonObject, MalformedError } from '../../../../shared/golden-images/json.ts';
import { NOT_ASKED } from '../../../../shared/golden-images/remedies/acceptance.ts';
import type { Snapshot } from '../../../../shared/golden-images/snapshot.ts';
import type { Incident } from '../../../../shared/incidents/incident.ts';
import { silence } from '../../../../shared/incidents/silence.ts';
import { decodeIncident, encodeIncident, NewerVersionError } from '../../../../shared/incidents/store/incident-json.ts';
import { putNamesBack, takeNamesOut } from '../../../../shared/incidents/store/shared-names.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../../../helpers/cluster-objects.ts';
import { minute, UNREAD } from '../../../helpers/deliveries.ts';
import {
  delivers,
  episodeOf,
  fires,
  IMPORT_DISABLED,
  incidentAfter,
  type LookOptions,
  NO_ANNOTATION,
  NO_SUPPORTED,
} from '../../../helpers/incidents.ts';
import { loaded } from '../../slack/loaded.ts';
import { SCENARIOS, SERVES_V1 } from '../../slack/scenarios.ts';

const nameOf = (index: number) => `worker-${index % 2 ? 'arm' : 'amd'}-${String(index).padStart(5, '0')}`;

function clusterOf(nodes: readonly number[], options: Parameters<typeof hyperConverged>[0] = {}): Snapshot {
  const objects = nodes.map((index) => node(nameOf(index), index % 2 ? 'arm64' : 'amd64'));
  return snapshot({ nodes: objects, hyperConverged: hyperConverged(options), served: SERVES_V1 });
}

const goldenImages = { 'fedora-image-cron': 'amd64,arm64', 'mainframe-image-cron': 's390x', 'own-image-cron': undefined };
const placement = nodePlacement({ zone: 'a' }, [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }]);
/** Up to 60 of some nodes, so that long lists overlap and differ. */
const nodeSets = fc.uniqueArray(fc.nat({ max: 69 }), { maxLength: 60 });
const found: fc.Arbitrary<Snapshot> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(nodeSets, fc.boolean()).map(([nodes, gate]) => clusterOf(nodes, { gate, goldenImages })) },
  { weight: 1, arbitrary: nodeSets.map((nodes) => clusterOf(nodes, { placement, reported: ['s390x'] })) },
  { weight: 1, arbitrary: fc.constant(snapshot({ nodes: UNREAD, hyperConverged: hyperConverged() })) },
  { weight: 1, arbitrary: fc.constant(snapshot({ nodes: [], hyperConverged: undefined })) },
);
const plain = { noNullPrototype: true };
const links = fc.record(
  { runbook: fc.option(fc.string(), { nil: undefined }), graph: fc.webUrl(), alertmanager: fc.constant(undefined) },
  plain,
);
const claim = fc.record(
  { fingerprint: fc.constantFrom('a', 'b', 'c'), status: fc.constantFrom('firing' as const, 'resolved' as const), links },
  plain,
);
const looks = fc.array(fc.tuple(found, fc.array(claim, { maxLength: 3 })), { minLength: 1, maxLength: 5 }).map((made) =>
  made.map(([taken, series], index): LookOptions => {
    const at = minute(index * 10);
    return { snapshot: taken, at, claims: series.length > 0 ? [delivers(at, series)] : [] };
  }),
);
const alerts = fc.constantFrom(IMPORT_DISABLED, NO_SUPPORTED, NO_ANNOTATION);

describe('an incident as text', () => {
  for (const { name, incident } of SCENARIOS) {
    it(`comes back as it was: ${name}`, () => assert.deepEqual(decodeIncident(encodeIncident(incident)), incident));
  }

  it('comes back as it was after any looks', () => {
    fc.assert(
      fc.property(looks, alerts, fc.string({ maxLength: 20 }), (taken, alert, cluster) => {
        const incident = incidentAfter(taken, { alert, cluster });
        assert.deepEqual(decodeIncident(encodeIncident(incident)), incident);
      }),
      { numRuns: 200 },
    );
  });

  it('comes back with all that the channel and people add to it', () => {
    const at = minute(1);
    const willSay = { revision: 2, checkedAt: undefined, announcements: 1, files: { 'nodes.txt': 'digest' } };
    const incident = incidentAfter([{ snapshot: clusterOf([1, 2, 3]), at, claims: [fires(at, { listed: true })] }]);
    const episode: Incident['episode'] = {
      ...episodeOf(incident),
      revision: 2,
      said: { channel: 'C1', ts: '1.2', ...willSay, checkedAt: at },
      intent: { id: 'i', step: 'edit', at, lastsMs: 33_000, isInDoubt: true, willSay },
      closed: ['1.1'],
      acknowledged: { by: 'U1', at },
      failure: { since: at, unread: [UNREAD] },
      announcements: [
        { at, kind: 'opened' },
        { at, kind: 'changed', changes: [{ what: 'nodes-left', names: ['worker-1'] }] },
        { at, kind: 'contradicted' },
        {
          at,
          kind: 'resolved',
          cause: 'import-enabled',
          placementChanged: true,
          left: [],
          by: { manager: 'kubectl', operation: 'Update', at },
        },
        { at, kind: 'back', count: 2 },
      ],
    };
    assert.deepEqual(decodeIncident(encodeIncident({ ...incident, episode })), { ...incident, episode });
  });

  it('can be read by a person: one member a line, and what matters first', () => {
    const text = encodeIncident(incidentAfter([{ snapshot: clusterOf([1, 2, 3]), at: minute(1), claims: [fires(minute(1))] }]));
    const [open, version, key, cluster, alert] = text.split('\n');
    assert.deepEqual(
      [open, version, key, cluster, alert],
      [
        '{',
        '  "version": 3,',
        '  "key": "prod-eu-1/HCOMultiArchGoldenImagesDisabled",',
        '  "cluster": "prod-eu-1",',
        '  "alert": "HCOMultiArchGoldenImagesDisabled",',
      ],
    );
    assert.match(text, /"nodes": \[\n\s+"worker-amd-00002"\n/);
    assert.match(text, /"lastPresent": "same as facts"/);
  });

  it('takes no more than a quarter of a MiB for 5,000 nodes with names of 45 characters, with three remedies', () => {
    const nodes = Array.from({ length: 5_000 }, (_, index) => node(nameOf(index).padEnd(45, 'x'), index % 2 ? 'arm64' : 'amd64'));
    const at = minute(1);
    const large = { snapshot: snapshot({ nodes, hyperConverged: hyperConverged(), served: SERVES_V1 }), at, claims: [fires(at)] };
    const smaller = {
      ...large,
      at: minute(2),
      snapshot: snapshot({ nodes: nodes.slice(7), hyperConverged: hyperConverged(), served: SERVES_V1 }),
    };
    for (const incident of [incidentAfter([large]), incidentAfter([large, smaller])]) {
      assert.equal(episodeOf(incident).facts?.remedies.length, 3);
      const size = Buffer.byteLength(encodeIncident(incident));
      assert.ok(size < 256 * 1024, `${size} bytes`);
    }
  });

  it('takes no more than 340 kB with 5,000 nodes, 3,000 machines, 40 templates, and a server that has much to say', () => {
    const size = Buffer.byteLength(encodeIncident(loaded({ nodes: 5_000, warnings: 500 })));
    assert.ok(size < 340_000, `${size} bytes`);
  });

  it('takes no more than 256 kB for a thousand series of one group', () => {
    const at = minute(1);
    const series = Array.from({ length: 1_000 }, (_, index) => ({ fingerprint: `f6c173e616a${String(index).padStart(5, '0')}` }));
    const incident = incidentAfter([{ snapshot: clusterOf([1, 2]), at, claims: [delivers(at, series)] }]);
    assert.equal(incident.series.length, 1_000);
    const size = Buffer.byteLength(encodeIncident(incident));
    assert.ok(size < 256_000, `${size} bytes`);
  });
});

describe('facts of the release before', () => {
  it('are read: nobody had asked about machines, owners or what the server takes, and patches are let go', () => {
    const at = minute(1);
    const written = JSON.parse(encodeIncident(incidentAfter([{ snapshot: clusterOf([1, 2]), at, claims: [fires(at)] }])));
    const { atRisk: _, ...facts } = written.episode.facts;
    const { owners, lastChange, ...evidence } = facts.condition.evidence;
    const remedies = facts.remedies.map((remedy: JsonObject) => {
      const { restartsOperator, orphans, yaml, acceptance, writers, appliers, change, ...older } = remedy;
      return { ...older, change: { ...Object(change), patch: { spec: {} }, before: { spec: {} }, after: { spec: {} } } };
    });
    const older = { ...facts, condition: { ...facts.condition, evidence }, remedies };
    const { episode } = decodeIncident(JSON.stringify({ ...written, version: 1, episode: { ...written.episode, facts: older } }));
    assert.equal(episode?.facts?.atRisk, undefined);
    assert.deepEqual(episode?.facts?.condition.evidence?.owners, []);
    const [remedy] = episode?.facts?.remedies ?? [];
    assert.deepEqual(Object.keys(remedy?.change ?? {}), ['prediction']);
    assert.deepEqual(
      [remedy?.restartsOperator, remedy?.orphans, remedy?.acceptance, remedy?.writers, remedy?.appliers],
      [false, { count: 0, first: [] }, NOT_ASKED, [], []],
    );
  });
});

describe('an episode of the release before', () => {
  it('is read: it has let go of no announcement yet', () => {
    const incident = incidentAfter([{ snapshot: clusterOf([1, 2]), at: minute(1), claims: [fires(minute(1))] }]);
    const { announced: _, ...episode } = JSON.parse(encodeIncident(incident)).episode;
    const older = decodeIncident(JSON.stringify({ ...JSON.parse(encodeIncident(incident)), episode }));
    assert.deepEqual(older, incident);
  });
});

/** A reader of version 2 would let go of who silenced it and write it back: then an alert that is left out of its group would be contradicted. */
describe('an incident that somebody silenced', () => {
  const at = minute(1);
  const incident = incidentAfter([{ snapshot: clusterOf([1, 2]), at, claims: [fires(at)] }]);
  const silenced = silence(incident, { id: 's', by: 'U0ALICE', at, until: minute(61) });
  const text = JSON.parse(encodeIncident(silenced));

  it('is left alone by a reader of version 2: it says that it is newer', () => {
    assert.ok(text.version > 2, `version ${text.version}`);
    assert.equal(text.episode.silenced.id, 's');
  });

  for (const version of [1, 2, 3]) {
    it(`is read where version ${version} wrote it, with the silence if there is one`, () => {
      const { episode } = decodeIncident(JSON.stringify({ ...text, version }));
      assert.deepEqual(episode, silenced.episode);
      const { silenced: _, ...older } = text.episode;
      assert.equal('silenced' in episodeOf(decodeIncident(JSON.stringify({ ...text, version, episode: older }))), false);
    });
  }
});

const SAID = { channel: 'C', ts: '1.1', revision: 1, announcements: 0, files: {} };
const INTENT = { id: 'i', step: 'edit', at: minute(1), lastsMs: 39_000, isInDoubt: false, willSay: SAID };

describe('a text that is no incident', () => {
  const at = minute(1);
  const text = encodeIncident(
    incidentAfter([{ snapshot: clusterOf(Array.from({ length: 60 }, (_, index) => index)), at, claims: [fires(at)] }]),
  );
  const changed = (change: (entry: ReturnType<typeof JSON.parse>) => void): string => {
    const entry = JSON.parse(text);
    change(entry);
    return JSON.stringify(entry);
  };
  const cases: readonly { readonly when: string; readonly text: string; readonly says: RegExp }[] = [
    { when: 'is empty', text: '', says: /not JSON/ },
    { when: 'was cut', text: text.slice(0, -10), says: /not JSON/ },
    { when: 'is a list', text: '[]', says: /not a JSON object/ },
    { when: 'is another object', text: '{"colour":"red"}', says: /version is missing, and only 1 to 3 are known/ },
    { when: 'is of half a version', text: changed((entry) => (entry.version = 1.5)), says: /version is 1.5, and only 1 to 3 are known/ },
    { when: 'is of an earlier version than any', text: changed((entry) => (entry.version = 0)), says: /version is 0/ },
    { when: 'has a version that is no number', text: changed((entry) => (entry.version = '3')), says: /version is "3"/ },
    { when: 'has no key', text: changed((entry) => delete entry.key), says: /^key is missing, not a string/ },
    { when: 'is of another alert', text: changed((entry) => (entry.alert = 'Watchdog')), says: /^alert is "Watchdog", not one of HCO/ },
    { when: 'has no series', text: changed((entry) => delete entry.series), says: /series is not a list/ },
    { when: 'has a series of nowhere', text: changed((entry) => (entry.sources = [])), says: /^series\[0\]\.groupKey is missing/ },
    { when: 'has a wrong status', text: changed((entry) => (entry.series[0].status = 'on')), says: /^series\[0\]\.status is "on"/ },
    {
      when: 'has a wrong time',
      text: changed((entry) => (entry.episode.openedAt = 'noon')),
      says: /^episode\.openedAt is "noon", not a time/,
    },
    { when: 'has no verdict', text: changed((entry) => (entry.episode.verdict = null)), says: /^episode\.verdict is null, not one of/ },
    {
      when: 'has facts of a kind unknown',
      text: changed((entry) => (entry.episode.facts.condition.kind = 'unknown')),
      says: /facts\.condition\.kind is "unknown"/,
    },
    {
      when: 'has a number as text',
      text: changed((entry) => (entry.episode.revision = '1')),
      says: /^episode\.revision is "1", not a whole number/,
    },
    { when: 'has lost its names', text: changed((entry) => delete entry.names), says: /the names "names-1" are missing/ },
    {
      when: 'has names that are no text',
      text: changed((entry) => (entry.names = { 'names-1': 1 })),
      says: /names is not an object of strings/,
    },
    {
      when: 'is nested too deep',
      text: changed((entry) => (entry.look.deep = 0)).replace('"deep":0', `"deep":${'['.repeat(60_000)}${']'.repeat(60_000)}`),
      says: /nested deeper than 100 levels/,
    },
    {
      when: 'has the same names twice in a list',
      text: changed((entry) => (entry.episode.closed = { $names: 'names-1 names-1' })),
      says: /a list has the same names twice/,
    },
    {
      when: 'has lists that stand for millions of names',
      text: changed((entry) => {
        entry.names['names-9'] = 'a '.repeat(2_000).trim();
        entry.episode.closed = Array(3_000).fill({ $names: 'names-9' });
      }),
      says: /its lists have more than 200000 names/,
    },
    ...[-1, 0.5, 2 ** 53, 1e308].map((revision) => ({
      when: `has ${revision} as a number`,
      text: changed((entry) => (entry.episode.revision = revision)),
      says: /^episode\.revision is .* not a whole number of 0 or more/,
    })),
    {
      when: 'has said a revision that there is not yet',
      text: changed((entry) => (entry.episode.said = { ...SAID, revision: 2 })),
      says: /^episode: a revision is said that is later than 1/,
    },
    {
      when: 'has told announcements that there are not yet',
      text: changed((entry) => (entry.episode.said = { ...SAID, announcements: 1 })),
      says: /^episode: more announcements are told than the 0 that there are/,
    },
    ...[{ revision: 2 }, { announcements: 1 }].map((more) => ({
      when: `has an intent to say more than there is: ${Object.keys(more)}`,
      text: changed((entry) => (entry.episode.intent = { ...INTENT, willSay: { ...SAID, ...more } })),
      says: /^episode: (a revision is said|more announcements are told)/,
    })),
    {
      when: 'has an intent for longer than anybody waits',
      text: changed((entry) => (entry.episode.intent = { ...INTENT, lastsMs: 1e15 })),
      says: /^episode\.intent\.lastsMs: 1000000000000000 ms are longer than anybody waits/,
    },
    ...['9999-01-01T00:00:00Z', '+275760-09-13T00:00:00.000Z', 'noon'].map((heardAt) => ({
      when: `was heard at ${heardAt}`,
      text: changed((entry) => (entry.series[0].heardAt = heardAt)),
      says: /^series\[0\]\.heardAt is ".*, not a time before the year 9000/,
    })),
  ];
  for (const { when, text: damaged, says } of cases) {
    it(`is refused, and it is said why, where it ${when}`, () => {
      assert.throws(
        () => decodeIncident(damaged),
        (error) => error instanceof MalformedError && says.test(error.message),
      );
    });
  }

  it('is none of those: what they are made of is an incident, also with what is said and about to be said', () => {
    const { episode } = decodeIncident(changed((entry) => Object.assign(entry.episode, { said: SAID, intent: INTENT })));
    assert.deepEqual([episode?.said?.ts, episode?.intent?.id], ['1.1', 'i']);
  });

  it('is not damaged where a newer archwatch wrote it, whatever else is in it', () => {
    for (const newer of [changed((entry) => (entry.version = 4)), '{"version":5,"incidents":[]}']) {
      assert.throws(
        () => decodeIncident(newer, 'the entry x'),
        (error) =>
          error instanceof NewerVersionError &&
          /^the entry x was written by a newer archwatch \(version [45], known: 3\)$/.test(error.message),
      );
    }
  });

  it('is refused with nothing but a MalformedError, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        assert.throws(() => decodeIncident(JSON.stringify({ version: 3, ...Object(value) })), MalformedError);
      }),
    );
  });
});

describe('names that stand in many lists', () => {
  const lists = fc.array(
    fc.uniqueArray(fc.stringMatching(/^[a-c ]{1,4}$/), { maxLength: 40 }).map((names) => [...names].sort()),
    { maxLength: 5 },
  );

  it('come back in every list as they were, whether taken out or not', () => {
    fc.assert(
      fc.property(lists, (value: Json) => {
        const taken: Json = JSON.parse(JSON.stringify(takeNamesOut(value).value));
        assert.deepEqual(putNamesBack({ value: taken, groups: takeNamesOut(value).groups }), value);
      }),
    );
  });

  it('are written once', () => {
    const names = Array.from({ length: 100 }, (_, index) => nameOf(index)).sort();
    const { groups } = takeNamesOut({ all: names, some: names.slice(10, 50), same: names, rest: names.slice(50) });
    assert.deepEqual(
      Object.values(groups)
        .flatMap((group) => group.split(' '))
        .sort(),
      names,
    );
  });

  it('stay where they are in short lists, out of order, or where one is there twice', () => {
    const long = Array.from({ length: 30 }, (_, index) => nameOf(index)).sort();
    for (const value of [['a', 'b'], [...long].reverse(), ['a', 'a', ...long], ['a b', ...long]]) {
      assert.deepEqual(takeNamesOut(value), { value, groups: {} });
    }
  });
});
