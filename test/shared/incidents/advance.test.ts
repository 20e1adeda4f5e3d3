import assert from 'node:assert/strict';
import type { Verdict } from '../../../shared/golden-images/verdict.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import { untold } from '../../../shared/incidents/announcements.ts';
import type { Episode, Incident } from '../../../shared/incidents/incident.ts';
import type { Look } from '../../../shared/incidents/look.ts';
import { hyperConverged, nodePlacement } from '../../helpers/cluster-objects.ts';
import { claims, FLAP_MINUTES, FOUND, lookAt, minute, NEVER_SEEN, series, UNREAD } from '../../helpers/deliveries.ts';
import { posted } from '../../helpers/incidents.ts';

const { present, absent, unknown } = FOUND;
/** All of it is told after each look. */
const incidentAfter = (...looks: readonly Look[]): Incident => looks.reduce((before, look) => posted(advance(before, look)), NEVER_SEEN);

function episodeOf({ episode }: Incident): Episode {
  if (episode === undefined) throw new Error('there is no episode');
  return episode;
}

const firing = (at: number, startedAt = at) => [claims(at, 'g', [series('a', 'firing', startedAt)])];
const resolved = (at: number, startedAt = at) => [claims(at, 'g', [series('a', 'resolved', startedAt)])];
const kinds = ({ announcements }: Episode) => announcements.map(({ kind }) => kind);

const WITHIN = 70;
const BEYOND = 200;
const OVER_AT = 30;
/** Where each incident of the table comes from: no alert has spoken of it yet. */
const BEFORE = {
  'no episode': { incident: NEVER_SEEN, at: WITHIN },
  open: { incident: incidentAfter(lookAt(10, present)), at: WITHIN },
  'over within the flap window': { incident: incidentAfter(lookAt(10, present), lookAt(OVER_AT, absent)), at: WITHIN },
  'over beyond it': { incident: incidentAfter(lookAt(10, present), lookAt(OVER_AT, absent)), at: BEYOND },
};
const SAID = { firing, resolved, none: () => [] };

interface Cell {
  readonly verdict: Verdict;
  readonly episode: 'new' | 'kept';
  /** The minute. */
  readonly over?: number | undefined;
  readonly returns?: number;
  /** What this look added. */
  readonly told?: readonly string[];
  /** Whether the message has anything new to say. */
  readonly changed?: boolean;
}

/** [state before][claim][condition]; undefined where there is no episode after it either. */
const TABLE: Record<keyof typeof BEFORE, Record<keyof typeof SAID, Record<keyof typeof FOUND, Cell | undefined>>> = {
  'no episode': {
    firing: {
      present: { verdict: 'confirmed', episode: 'new' },
      absent: { verdict: 'stale', episode: 'new', over: WITHIN },
      unknown: { verdict: 'unverifiable', episode: 'new' },
    },
    resolved: {
      present: { verdict: 'contradicted', episode: 'new' },
      absent: undefined,
      unknown: { verdict: 'unverifiable', episode: 'new' },
    },
    none: { present: { verdict: 'early-warning', episode: 'new' }, absent: undefined, unknown: undefined },
  },
  open: {
    firing: {
      present: { verdict: 'confirmed', episode: 'kept', told: ['opened'], changed: true },
      absent: { verdict: 'stale', episode: 'kept', over: WITHIN, told: ['resolved'], changed: true },
      unknown: { verdict: 'unverifiable', episode: 'kept', told: ['opened'], changed: true },
    },
    resolved: {
      present: { verdict: 'contradicted', episode: 'kept', told: ['contradicted'], changed: true },
      absent: { verdict: 'resolved', episode: 'kept', over: WITHIN, told: ['resolved'], changed: true },
      unknown: { verdict: 'unverifiable', episode: 'kept', changed: true },
    },
    none: {
      present: { verdict: 'early-warning', episode: 'kept' },
      absent: { verdict: 'resolved', episode: 'kept', over: WITHIN, told: ['resolved'], changed: true },
      unknown: { verdict: 'early-warning', episode: 'kept', changed: true },
    },
  },
  'over within the flap window': {
    firing: {
      present: { verdict: 'confirmed', episode: 'kept', returns: 1, told: ['back'], changed: true },
      absent: { verdict: 'stale', episode: 'kept', over: OVER_AT, changed: true },
      unknown: { verdict: 'unverifiable', episode: 'kept', over: OVER_AT, changed: true },
    },
    resolved: {
      present: { verdict: 'contradicted', episode: 'kept', returns: 1, told: ['back'], changed: true },
      absent: { verdict: 'resolved', episode: 'kept', over: OVER_AT, changed: true },
      unknown: { verdict: 'unverifiable', episode: 'kept', over: OVER_AT, changed: true },
    },
    none: {
      present: { verdict: 'early-warning', episode: 'kept', returns: 1, told: ['back'], changed: true },
      absent: { verdict: 'resolved', episode: 'kept', over: OVER_AT },
      unknown: { verdict: 'resolved', episode: 'kept', over: OVER_AT, changed: true },
    },
  },
  'over beyond it': {
    firing: {
      present: { verdict: 'confirmed', episode: 'new' },
      absent: { verdict: 'stale', episode: 'new', over: BEYOND },
      unknown: { verdict: 'unverifiable', episode: 'new' },
    },
    resolved: {
      present: { verdict: 'contradicted', episode: 'new' },
      absent: { verdict: 'resolved', episode: 'kept', over: OVER_AT },
      unknown: { verdict: 'unverifiable', episode: 'new' },
    },
    none: {
      present: { verdict: 'early-warning', episode: 'new' },
      absent: { verdict: 'resolved', episode: 'kept', over: OVER_AT },
      unknown: { verdict: 'resolved', episode: 'kept', over: OVER_AT },
    },
  },
};

describe('an incident after a look', () => {
  for (const [before, { incident, at }] of Object.entries(BEFORE)) {
    for (const [claim, said] of Object.entries(SAID)) {
      for (const [condition, found] of Object.entries(FOUND)) {
        const cell = cellOf(before, claim, condition);
        it(`${before} × ${claim} × ${condition}: ${summaryOf(cell)}`, () => {
          const next = advance(incident, lookAt(at, found, said(at)));
          assert.deepEqual(cellFrom(incident.episode, next.episode), cell);
        });
      }
    }
  }

  it('is a new episode with a message of its own, at revision 1', () => {
    const { id, openedAt, revision, announcements, said } = episodeOf(advance(NEVER_SEEN, lookAt(10, present, firing(9))));
    assert.deepEqual(
      { id, openedAt, revision, announcements, said },
      { id: 'from-minute-10', openedAt: minute(9), revision: 1, announcements: [], said: undefined },
    );
  });

  it('is within the flap window to its last moment, and beyond it after', () => {
    const over = incidentAfter(lookAt(10, present), lookAt(20, absent));
    const ids = [20 + FLAP_MINUTES, 21 + FLAP_MINUTES].map((at) => episodeOf(advance(over, lookAt(at, present))).id);
    assert.deepEqual(ids, ['from-minute-10', `from-minute-${21 + FLAP_MINUTES}`]);
  });

  it('counts each return', () => {
    const twice = incidentAfter(lookAt(10, present), lookAt(20, absent), lookAt(30, present), lookAt(40, absent), lookAt(50, present));
    const { returns, announcements, overAt } = episodeOf(twice);
    assert.deepEqual([returns, overAt, announcements.at(-1)], [2, undefined, { at: minute(50), kind: 'back', count: 2 }]);
  });
});

describe('first contact', () => {
  const stale = incidentAfter(lookAt(10, absent, firing(10)));

  it('with an alert that is over posts stale once, and nothing for its repeats, however late', () => {
    const { id, revision } = episodeOf([11, 12 + FLAP_MINUTES, 500].map((at) => lookAt(at, absent, firing(at, 10))).reduce(advance, stale));
    assert.deepEqual([id, revision], ['from-minute-10', 1]);
  });

  it('posts stale again for a new run of the alert', () => {
    assert.equal(episodeOf(advance(stale, lookAt(500, absent, firing(500)))).id, 'from-minute-500');
  });

  it('with a resolve of what is over posts nothing', () => {
    assert.equal(incidentAfter(lookAt(10, absent, resolved(10))).episode, undefined);
  });

  it('remembers what was resolved while nothing was open, so that a late repeat stays silent', () => {
    assert.equal(incidentAfter(lookAt(10, absent, resolved(10, 5)), lookAt(11, absent, firing(11, 5))).episode, undefined);
  });
});

describe('a verified incident', () => {
  const confirmed = incidentAfter(lookAt(10, present, firing(10)));

  it('keeps its facts when a later look fails, and says since when', () => {
    const failed = [20, 25].map((at) => lookAt(at, unknown)).reduce(advance, confirmed);
    const { verdict, facts, failure } = episodeOf(failed);
    assert.deepEqual([verdict, failure], ['unverifiable', { since: minute(20), unread: [UNREAD] }]);
    assert.deepEqual(facts, episodeOf(confirmed).facts);
  });

  it('is verified again by the next look that succeeds', () => {
    const { verdict, failure, facts, announcements } = episodeOf([lookAt(20, unknown), lookAt(30, present)].reduce(advance, confirmed));
    assert.deepEqual([verdict, failure, facts?.checkedAt, announcements], ['confirmed', undefined, minute(30), []]);
  });

  it('is contradicted once, however often the resolve is told', () => {
    const looks = [20, 30].map((at) => lookAt(at, present, resolved(at, 10)));
    assert.deepEqual(kinds(episodeOf(looks.reduce(advance, confirmed))), ['contradicted']);
  });

  it('stays firing through a signal without a claim, and is over with its cause', () => {
    const { verdict, claim, announcements } = episodeOf(advance(confirmed, lookAt(20, absent)));
    assert.deepEqual([verdict, claim], ['stale', 'firing']);
    assert.deepEqual(announcements, [{ at: minute(20), kind: 'resolved', cause: 'import-enabled', placementChanged: false, left: [] }]);
  });

  it('says who left when the nodes ended it', () => {
    const [amd64 = {}] = present.nodes;
    const { announcements } = episodeOf(advance(confirmed, lookAt(20, { ...present, nodes: [amd64] })));
    assert.deepEqual(announcements, [
      { at: minute(20), kind: 'resolved', cause: 'one-architecture', placementChanged: false, left: ['worker-arm'] },
    ]);
  });

  it('says that the placement changed when that ended it, and keeps saying so', () => {
    const cr = hyperConverged({ placement: nodePlacement({ 'kubernetes.io/arch': 'amd64' }) });
    const narrowed = advance(confirmed, lookAt(20, { ...present, hyperConverged: cr }));
    const resolution = { cause: 'one-architecture', placementChanged: true, left: ['worker-arm'] };
    assert.deepEqual(episodeOf(narrowed).announcements, [{ at: minute(20), kind: 'resolved', ...resolution }]);
    assert.deepEqual(episodeOf(advance(narrowed, lookAt(30, { ...present, hyperConverged: cr }))).resolution, resolution);
  });

  it('forgets what ended it when it is back', () => {
    const back = [lookAt(20, absent), lookAt(30, present)].reduce(advance, confirmed);
    assert.equal(episodeOf(back).resolution, undefined);
  });

  it('is over without evidence where the HyperConverged is gone', () => {
    const { announcements } = episodeOf(advance(confirmed, lookAt(20, { ...present, hyperConverged: undefined })));
    assert.deepEqual(announcements, [{ at: minute(20), kind: 'resolved', cause: 'no-hyperconverged', placementChanged: false, left: [] }]);
  });

  it('is the same after it went through a store that keeps JSON', () => {
    const stored: Incident = JSON.parse(JSON.stringify(confirmed));
    assert.equal(episodeOf(advance(stored, lookAt(20, present))).revision, 1);
  });
});

describe('an incident that nobody could check when it was over', () => {
  const failing = incidentAfter(lookAt(10, present, firing(10)), lookAt(20, absent, resolved(20, 10)), lookAt(30, unknown));

  it('is put right by the next look that succeeds, also beyond the flap window', () => {
    const { id, verdict, failure } = episodeOf(advance(failing, lookAt(500, absent)));
    assert.deepEqual([id, verdict, failure], ['from-minute-10', 'resolved', undefined]);
  });

  it('does not open another message while it still cannot be checked', () => {
    assert.equal(episodeOf(advance(failing, lookAt(500, unknown, firing(500)))).id, 'from-minute-10');
  });
});

function cellOf(before: string, claim: string, condition: string): Cell | undefined {
  const rows: Record<string, Record<string, Record<string, Cell | undefined>>> = TABLE;
  const cell = rows[before]?.[claim]?.[condition];
  return cell && { over: undefined, returns: 0, told: [], changed: false, ...cell };
}

function cellFrom(before: Episode | undefined, now: Episode | undefined): Cell | undefined {
  if (now === undefined) return undefined;
  const isKept = before !== undefined && now.id === before.id;
  return {
    verdict: now.verdict,
    episode: isKept ? 'kept' : 'new',
    over: now.overAt === undefined ? undefined : (Date.parse(now.overAt) - Date.parse(minute(0))) / 60_000,
    returns: now.returns,
    told: untold(now).map(({ kind }) => kind),
    changed: isKept && now.revision === before.revision + 1,
  };
}

function summaryOf(cell: Cell | undefined): string {
  if (cell === undefined) return 'nothing is said';
  return `${cell.verdict}, ${cell.episode === 'new' ? 'a new episode' : cell.changed ? 'an edit' : 'as it was'}`;
}
