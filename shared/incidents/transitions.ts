/** The incident as a state machine: what a look makes of each state, and what a person must not miss of it. One table, one interpreter. */
import type { Condition } from '../golden-images/conditions.ts';
import type { Claim, Verdict } from '../golden-images/verdict.ts';
import type { Announcement, Episode } from './incident.ts';

/** `none` is before the first episode and after one has ended. */
export type State = 'none' | Verdict;

/** What a look brings: what it found on the cluster, and the incident's claim with what its signals said. */
interface Brought {
  readonly claim: Claim;
  readonly found: Condition['kind'];
}

/** A new episode, unless it leads to `none`. Its first post says it all. */
interface Opening extends Brought {
  readonly from: 'none';
  readonly to: State;
  /** Else nothing is opened: what was told in the last episode is not told again. */
  readonly onlyFor?: 'a new firing' | 'a delivery';
  readonly announce?: undefined;
}

/** An episode goes on. */
interface Step extends Brought {
  readonly from: Verdict;
  readonly to: Verdict;
  /**
   * `resolved` ends the condition and `back` takes it up again. What changed is told too (`changed`) wherever the condition goes
   * on: that is in the facts, not here.
   */
  readonly announce?: Exclude<Announcement['kind'], 'changed'>;
  readonly onlyFor?: undefined;
}

export type Transition = Opening | Step;

/** Once an alert has spoken in an episode its claim is `firing` or `resolved`: the states after that have no row for `none`. */
const TRANSITIONS: readonly Transition[] = [
  { from: 'none', claim: 'firing', found: 'present', to: 'confirmed' },
  { from: 'none', claim: 'firing', found: 'absent', to: 'stale', onlyFor: 'a new firing' },
  { from: 'none', claim: 'firing', found: 'unknown', to: 'unverifiable', onlyFor: 'a delivery' },
  { from: 'none', claim: 'resolved', found: 'present', to: 'contradicted' },
  { from: 'none', claim: 'resolved', found: 'absent', to: 'none' },
  { from: 'none', claim: 'resolved', found: 'unknown', to: 'unverifiable' },
  { from: 'none', claim: 'none', found: 'present', to: 'early-warning' },
  { from: 'none', claim: 'none', found: 'absent', to: 'none' },
  { from: 'none', claim: 'none', found: 'unknown', to: 'none' },

  { from: 'early-warning', claim: 'firing', found: 'present', to: 'confirmed', announce: 'opened' },
  { from: 'early-warning', claim: 'firing', found: 'absent', to: 'stale', announce: 'resolved' },
  { from: 'early-warning', claim: 'firing', found: 'unknown', to: 'unverifiable', announce: 'opened' },
  { from: 'early-warning', claim: 'resolved', found: 'present', to: 'contradicted', announce: 'contradicted' },
  { from: 'early-warning', claim: 'resolved', found: 'absent', to: 'resolved', announce: 'resolved' },
  { from: 'early-warning', claim: 'resolved', found: 'unknown', to: 'unverifiable' },
  { from: 'early-warning', claim: 'none', found: 'present', to: 'early-warning' },
  { from: 'early-warning', claim: 'none', found: 'absent', to: 'resolved', announce: 'resolved' },
  { from: 'early-warning', claim: 'none', found: 'unknown', to: 'early-warning' },

  { from: 'confirmed', claim: 'firing', found: 'present', to: 'confirmed' },
  { from: 'confirmed', claim: 'firing', found: 'absent', to: 'stale', announce: 'resolved' },
  { from: 'confirmed', claim: 'firing', found: 'unknown', to: 'unverifiable' },
  { from: 'confirmed', claim: 'resolved', found: 'present', to: 'contradicted', announce: 'contradicted' },
  { from: 'confirmed', claim: 'resolved', found: 'absent', to: 'resolved', announce: 'resolved' },
  { from: 'confirmed', claim: 'resolved', found: 'unknown', to: 'unverifiable' },

  { from: 'contradicted', claim: 'firing', found: 'present', to: 'confirmed' },
  { from: 'contradicted', claim: 'firing', found: 'absent', to: 'stale', announce: 'resolved' },
  { from: 'contradicted', claim: 'firing', found: 'unknown', to: 'unverifiable' },
  { from: 'contradicted', claim: 'resolved', found: 'present', to: 'contradicted' },
  { from: 'contradicted', claim: 'resolved', found: 'absent', to: 'resolved', announce: 'resolved' },
  { from: 'contradicted', claim: 'resolved', found: 'unknown', to: 'unverifiable' },

  { from: 'unverifiable', claim: 'firing', found: 'present', to: 'confirmed' },
  { from: 'unverifiable', claim: 'firing', found: 'absent', to: 'stale', announce: 'resolved' },
  { from: 'unverifiable', claim: 'firing', found: 'unknown', to: 'unverifiable' },
  { from: 'unverifiable', claim: 'resolved', found: 'present', to: 'contradicted', announce: 'contradicted' },
  { from: 'unverifiable', claim: 'resolved', found: 'absent', to: 'resolved', announce: 'resolved' },
  { from: 'unverifiable', claim: 'resolved', found: 'unknown', to: 'unverifiable' },

  { from: 'stale', claim: 'firing', found: 'present', to: 'confirmed', announce: 'back' },
  { from: 'stale', claim: 'firing', found: 'absent', to: 'stale' },
  { from: 'stale', claim: 'firing', found: 'unknown', to: 'unverifiable' },
  { from: 'stale', claim: 'resolved', found: 'present', to: 'contradicted', announce: 'back' },
  { from: 'stale', claim: 'resolved', found: 'absent', to: 'resolved' },
  { from: 'stale', claim: 'resolved', found: 'unknown', to: 'unverifiable' },

  { from: 'resolved', claim: 'firing', found: 'present', to: 'confirmed', announce: 'back' },
  { from: 'resolved', claim: 'firing', found: 'absent', to: 'stale' },
  { from: 'resolved', claim: 'firing', found: 'unknown', to: 'unverifiable' },
  { from: 'resolved', claim: 'resolved', found: 'present', to: 'contradicted', announce: 'back' },
  { from: 'resolved', claim: 'resolved', found: 'absent', to: 'resolved' },
  { from: 'resolved', claim: 'resolved', found: 'unknown', to: 'unverifiable' },
  { from: 'resolved', claim: 'none', found: 'present', to: 'early-warning', announce: 'back' },
  { from: 'resolved', claim: 'none', found: 'absent', to: 'resolved' },
  { from: 'resolved', claim: 'none', found: 'unknown', to: 'resolved' },
];

/**
 * An incident that cannot be checked is where the last look that succeeded left it, if it was over then or contradicted: only so
 * it is neither resolved nor contradicted twice.
 */
export function stateOf(episode: Episode | undefined): State {
  if (episode === undefined) return 'none';
  const { overAt, claim, verdict, isContradicted } = episode;
  if (overAt !== undefined) return claim === 'firing' ? 'stale' : 'resolved';
  if (claim === 'none') return 'early-warning';
  return verdict === 'unverifiable' && isContradicted ? 'contradicted' : verdict;
}

/** The one row for a state and what a look brings. */
export function transition(from: State, claim: Claim, found: Condition['kind']): Transition {
  const row = TRANSITIONS.find((each) => each.from === from && each.claim === claim && each.found === found);
  if (row === undefined) throw new Error(`an incident that is ${from} cannot have the claim ${claim}`);
  return row;
}
