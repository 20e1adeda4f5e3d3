/** What each state becomes by each look: every cell of the state machine, through real signals and looks. */
import assert from 'node:assert/strict';
import { advance } from '../../../shared/incidents/advance.ts';
import { untold } from '../../../shared/incidents/announcements.ts';
import type { Episode, Incident } from '../../../shared/incidents/incident.ts';
import type { Look } from '../../../shared/incidents/look.ts';
import { stateOf } from '../../../shared/incidents/transitions.ts';
import { claims, FLAP_MINUTES, FOUND, lookAt, minute, NEVER_SEEN, series, UNREAD } from '../../helpers/deliveries.ts';
import { episodeOf, posted } from '../../helpers/incidents.ts';

const { present, absent, unknown } = FOUND;
/** All of it is told after each look. */
const after = (...looks: readonly Look[]): Incident => looks.reduce((before, look) => posted(advance(before, look)), NEVER_SEEN);
const fires = (at: number, startedAt = at) => [claims(at, 'g', [series('a', 'firing', startedAt)])];
const resolves = (at: number, startedAt: number) => [claims(at, 'g', [series('a', 'resolved', startedAt)])];

const STATES = {
  none: NEVER_SEEN,
  'early-warning': after(lookAt(10, present)),
  confirmed: after(lookAt(10, present, fires(10))),
  contradicted: after(lookAt(10, present, fires(10)), lookAt(20, present, resolves(20, 10))),
  /** With other words than those of the failures that follow: that alone is no edit. */
  unverifiable: after(lookAt(10, { ...unknown, nodes: { ...UNREAD, detail: 'connect ETIMEDOUT' } }, fires(10))),
  stale: after(lookAt(10, present, fires(10)), lookAt(20, absent)),
  resolved: after(lookAt(10, present), lookAt(20, absent)),
};
/** What wakes the look: an alert that began just then, the resolve of the one that was known, or nothing that claims anything. */
const SIGNALS = { fires: fires(30), resolves: resolves(30, 10), silent: [] };

/** The verdict after it, or `-` where nothing is open; what is announced; and whether there is a new message, an edit, or the same as before. */
type Cell = readonly [verdict: string, announced: string, message: 'post' | 'edit' | 'same'];
type Row = Readonly<Record<keyof typeof FOUND, Cell>>;

const CELLS: Readonly<Record<keyof typeof STATES, Readonly<Record<keyof typeof SIGNALS, Row>>>> = {
  none: {
    fires: { present: ['confirmed', '', 'post'], absent: ['stale', '', 'post'], unknown: ['unverifiable', '', 'post'] },
    resolves: { present: ['contradicted', '', 'post'], absent: ['-', '', 'same'], unknown: ['unverifiable', '', 'post'] },
    silent: { present: ['early-warning', '', 'post'], absent: ['-', '', 'same'], unknown: ['-', '', 'same'] },
  },
  'early-warning': {
    fires: { present: ['confirmed', 'opened', 'edit'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', 'opened', 'edit'] },
    resolves: {
      present: ['contradicted', 'contradicted', 'edit'],
      absent: ['resolved', 'resolved', 'edit'],
      unknown: ['unverifiable', '', 'edit'],
    },
    silent: { present: ['early-warning', '', 'same'], absent: ['resolved', 'resolved', 'edit'], unknown: ['early-warning', '', 'edit'] },
  },
  confirmed: {
    fires: { present: ['confirmed', '', 'same'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    resolves: {
      present: ['contradicted', 'contradicted', 'edit'],
      absent: ['resolved', 'resolved', 'edit'],
      unknown: ['unverifiable', '', 'edit'],
    },
    silent: { present: ['confirmed', '', 'same'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', '', 'edit'] },
  },
  contradicted: {
    fires: { present: ['confirmed', '', 'edit'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    resolves: { present: ['contradicted', '', 'same'], absent: ['resolved', 'resolved', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    silent: { present: ['contradicted', '', 'same'], absent: ['resolved', 'resolved', 'edit'], unknown: ['unverifiable', '', 'edit'] },
  },
  unverifiable: {
    fires: { present: ['confirmed', '', 'edit'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', '', 'same'] },
    resolves: {
      present: ['contradicted', 'contradicted', 'edit'],
      absent: ['resolved', 'resolved', 'edit'],
      unknown: ['unverifiable', '', 'edit'],
    },
    silent: { present: ['confirmed', '', 'edit'], absent: ['stale', 'resolved', 'edit'], unknown: ['unverifiable', '', 'same'] },
  },
  stale: {
    fires: { present: ['confirmed', 'back', 'edit'], absent: ['stale', '', 'same'], unknown: ['unverifiable', '', 'edit'] },
    resolves: { present: ['contradicted', 'back', 'edit'], absent: ['resolved', '', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    silent: { present: ['confirmed', 'back', 'edit'], absent: ['stale', '', 'same'], unknown: ['unverifiable', '', 'edit'] },
  },
  resolved: {
    fires: { present: ['confirmed', 'back', 'edit'], absent: ['stale', '', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    resolves: { present: ['contradicted', 'back', 'edit'], absent: ['resolved', '', 'edit'], unknown: ['unverifiable', '', 'edit'] },
    silent: { present: ['early-warning', 'back', 'edit'], absent: ['resolved', '', 'same'], unknown: ['resolved', '', 'edit'] },
  },
};

const MESSAGES = { post: 'a new message', edit: 'an edit', same: 'as it was' };

describe('an incident that is', () => {
  for (const [state, before] of Object.entries(STATES)) {
    for (const [signal, said] of Object.entries(SIGNALS)) {
      for (const [found, cluster] of Object.entries(FOUND)) {
        const cell = cellOf(state, signal, found);
        it(`${state} × ${signal} × ${found}: ${summaryOf(cell)}`, () => {
          assert.equal(stateOf(before.episode), state);
          const next = advance(before, lookAt(30, cluster, said));
          assert.deepEqual(cellBetween(before, next), cell);
          if (next.episode) assertTaken(before.episode, next.episode, found);
        });
      }
    }
  }
});

describe('an incident that cannot be checked any more', () => {
  const { contradicted, stale, resolved } = STATES;
  const quiet = advance(advance(contradicted, lookAt(25, unknown)), lookAt(26, unknown, resolves(26, 10)));
  const next = (before: Incident, ...looks: readonly Look[]) => {
    const last = looks.reduce((told, look) => advance(posted(told), look), before);
    return cellBetween(before, last);
  };

  it('is not contradicted twice', () => {
    assert.equal(episodeOf(quiet).verdict, 'unverifiable');
    const atFirst = after(lookAt(10, present, resolves(10, 5)), lookAt(20, unknown));
    for (const before of [quiet, atFirst]) assert.deepEqual(next(before, lookAt(30, present)), ['contradicted', '', 'edit']);
  });

  it('is contradicted again where the alert fired in between, seen or not', () => {
    const unseen = [lookAt(30, unknown, fires(30)), lookAt(31, unknown, resolves(31, 30))].reduce(advance, quiet);
    const seen = [lookAt(30, present, fires(30)), lookAt(31, unknown, resolves(31, 30))].reduce(advance, quiet);
    for (const before of [unseen, seen]) assert.deepEqual(next(before, lookAt(32, present)), ['contradicted', 'contradicted', 'edit']);
  });

  it('is contradicted for the first time when a look sees it', () => {
    const before = advance(STATES.confirmed, lookAt(30, unknown, resolves(30, 10)));
    assert.deepEqual(next(before, lookAt(31, present)), ['contradicted', 'contradicted', 'edit']);
  });

  it('is contradicted anew after it was over', () => {
    const over = [lookAt(30, absent), lookAt(31, unknown)].reduce(advance, quiet);
    assert.deepEqual(next(over, lookAt(32, present)), ['contradicted', 'back', 'edit']);
  });

  it('is as over as it was', () => {
    const cases = [
      { before: stale, present: ['confirmed', 'back', 'edit'], absent: ['stale', '', 'edit'] },
      { before: resolved, present: ['early-warning', 'back', 'edit'], absent: ['resolved', '', 'edit'] },
    ];
    for (const { before, ...cells } of cases) {
      const failing = advance(before, lookAt(25, unknown));
      assert.deepEqual(next(failing, lookAt(30, present)), cells.present);
      assert.deepEqual(next(failing, lookAt(30, absent)), cells.absent);
    }
  });
});

describe('an incident that has ended', () => {
  const LATE = 30 + 2 * FLAP_MINUTES;
  const { stale } = STATES;

  it('is not told again while the same alert goes on firing: not when it is delivered again, nor when nobody can check', () => {
    for (const look of [lookAt(LATE, absent), lookAt(LATE, absent, fires(LATE, 10)), lookAt(LATE, unknown)]) {
      assert.deepEqual(cellBetween(stale, advance(stale, look)), ['stale', '', 'same']);
    }
  });

  it('is a new message for a new run of the alert, and for a delivery that nobody can check', () => {
    assert.deepEqual(cellBetween(stale, advance(stale, lookAt(LATE, absent, fires(LATE)))), ['stale', '', 'post']);
    assert.deepEqual(cellBetween(stale, advance(stale, lookAt(LATE, unknown, fires(LATE, 10)))), ['unverifiable', '', 'post']);
  });

  it('is early again when it is back, also if the old resolve is then delivered once more', () => {
    const over = after(lookAt(10, present, fires(10)), lookAt(20, absent, resolves(20, 10)));
    const early = advance(over, lookAt(LATE, present));
    assert.deepEqual(cellBetween(over, early), ['early-warning', '', 'post']);
    assert.deepEqual(cellBetween(early, advance(early, lookAt(LATE + 1, present, resolves(LATE + 1, 10)))), ['early-warning', '', 'same']);
  });
});

describe('an incident that was over whenever it was looked at', () => {
  it('is true for the first time, and has not returned', () => {
    const { announcements, returns } = episodeOf(after(lookAt(10, absent, fires(10)), lookAt(30, present)));
    assert.deepEqual([announcements, returns], [[{ at: minute(30), kind: 'back', count: 0 }], 0]);
  });
});

describe('the claim of an episode', () => {
  it('is resolved by a resolve that was heard, by another clock, before the episode opened', () => {
    const early = advance(STATES.confirmed, lookAt(11, present, resolves(9, 10)));
    assert.deepEqual(cellBetween(STATES.confirmed, early), ['contradicted', 'contradicted', 'edit']);
  });

  it('stays where nothing is known of its series and no alert speaks, as after a record was lost', () => {
    const lost = { ...STATES.confirmed, series: [] };
    assert.deepEqual(cellBetween(lost, advance(lost, lookAt(11, present))), ['confirmed', '', 'same']);
  });

  it('is what makes it early, whatever verdict a message that was found had', () => {
    const odd: Incident = { ...STATES.confirmed, series: [], episode: { ...episodeOf(STATES.confirmed), claim: 'none' } };
    assert.deepEqual(cellBetween(odd, advance(odd, lookAt(11, present))), ['early-warning', '', 'edit']);
  });
});

describe('a look without an episode', () => {
  it('is on record with what its signals said', () => {
    const { look, series: known, episode } = advance(NEVER_SEEN, lookAt(30, absent, resolves(30, 10)));
    assert.deepEqual([look?.takenAt, known.map(({ status }) => status), episode], [minute(30), ['resolved'], undefined]);
  });
});

/** What the look found is on record, and since when the condition is over, if that is what was found last. */
function assertTaken(before: Episode | undefined, { facts, failure, overAt }: Episode, found: string): void {
  assert.equal(found === 'unknown' ? failure?.unread[0]?.detail : facts?.checkedAt, found === 'unknown' ? UNREAD.detail : minute(30));
  const over = { present: undefined, absent: before?.overAt ?? minute(30), unknown: before?.overAt };
  assert.equal(overAt, new Map(Object.entries(over)).get(found));
}

function cellOf(state: string, signal: string, found: string): Cell {
  const rows: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Cell>>>>>> = CELLS;
  const cell = rows[state]?.[signal]?.[found];
  if (cell === undefined) throw new Error(`no cell for ${state}, ${signal}, ${found}`);
  return cell;
}

function cellBetween({ episode: before }: Incident, { episode: now }: Incident): Cell {
  if (now === undefined) return ['-', '', 'same'];
  const isNew = now.id !== before?.id;
  const announced = untold(now).map(({ kind }) => kind);
  return [now.verdict, announced.join(' '), isNew ? 'post' : now.revision === before.revision ? 'same' : 'edit'];
}

function summaryOf([verdict, announced, message]: Cell): string {
  const now = verdict === '-' ? 'nothing is said' : `${verdict}, ${MESSAGES[message]}`;
  return announced === '' ? now : `${now}, and ‘${announced}’ is told`;
}
