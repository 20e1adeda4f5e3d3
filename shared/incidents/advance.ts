/** The transitions of an incident: what a signal and a look make of it. Pure. */
import type { ListVersions, ServedVersions } from '../golden-images/snapshot.ts';
import { type Claim, type Verdict, verdictOf } from '../golden-images/verdict.ts';
import type { Judgement } from '../judge.ts';
import { announce, withAnnounced } from './announcements.ts';
import { resolutionOf } from './changes.ts';
import { claimOf, type DeliveredClaims, hasNewFiring, mergeClaims } from './claims.ts';
import { factsOf, failureOf } from './facts.ts';
import type { Episode, Facts, Incident } from './incident.ts';
import { isSame } from './same.ts';

/** One look, as one incident sees it. */
export interface Look {
  readonly judgement: Judgement;
  readonly served: ServedVersions | undefined;
  readonly versions: ListVersions;
  /** RFC 3339; when the look was taken. */
  readonly at: string;
  /** What the signals that woke us said of this alert, in the order they came. */
  readonly claims: readonly DeliveredClaims[];
  readonly flapWindowMs: number;
  /** For a new episode. */
  readonly newEpisodeId: () => string;
}

/** The incident after a look. */
export function advance(incident: Incident, look: Look): Incident {
  const series = look.claims.reduce(mergeClaims, incident.series);
  const episode = currentEpisode(incident, look);
  const next = episode ? continued(episode, series, look) : opened(incident, series, look);
  return { ...incident, series, look: { takenAt: look.at, versions: look.versions }, episode: next ?? incident.episode };
}

/** An episode ends when its condition has been absent for the flap window; nobody knows that of the time in which it could not be checked. */
function currentEpisode({ episode }: Incident, { at, flapWindowMs }: Look): Episode | undefined {
  if (episode?.overAt === undefined) return episode;
  const absentUntil = episode.failure?.since ?? at;
  return Date.parse(absentUntil) - Date.parse(episode.overAt) > flapWindowMs ? undefined : episode;
}

function opened(incident: Incident, series: Incident['series'], look: Look): Episode | undefined {
  const openedAt = openingTime(look);
  const claim = claimOf(series, openedAt);
  const { kind } = look.judgement.condition;
  const verdict = verdictOf(claim, kind);
  if (verdict === null || verdict === 'resolved') return undefined; // nothing was open, and nothing is wrong
  if (verdict === 'stale' && !hasNewFiring(incident.series, series)) return undefined; // told in the last episode
  const facts = factsOf(look);
  return {
    id: look.newEpisodeId(),
    openedAt,
    overAt: kind === 'absent' ? look.at : undefined,
    returns: 0,
    verdict,
    claim,
    facts,
    lastPresent: kind === 'present' ? facts : undefined,
    resolution: undefined,
    failure: failureOf(undefined, look),
    announcements: [],
    revision: 1,
    said: undefined,
    intent: undefined,
    closed: [],
    acknowledged: undefined,
  };
}

/** The signals came before the look that they woke: what they say belongs to the episode. */
function openingTime({ at, claims }: Look): string {
  return [at, ...claims.map(({ heardAt }) => heardAt)].sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? at;
}

function continued(episode: Episode, series: Incident['series'], look: Look): Episode {
  const claim = claimOf(series, episode.openedAt);
  const facts = factsOf(look);
  const verdict = nextVerdict(episode, claim, look);
  const isBack = facts?.condition.kind === 'present' && episode.overAt !== undefined;
  const next: Episode = {
    ...episode,
    claim,
    verdict,
    facts: facts ?? episode.facts,
    lastPresent: facts?.condition.kind === 'present' ? facts : episode.lastPresent,
    resolution: facts ? resolutionAfter(episode, facts) : episode.resolution,
    failure: failureOf(episode, look),
    overAt: overAt(episode, facts, look),
    returns: episode.returns + (isBack && episode.lastPresent ? 1 : 0),
  };
  const announcements = withAnnounced(episode, announce(episode, next, look.at));
  const isChanged = !isSame(content(episode), content(next));
  return { ...next, announcements, revision: episode.revision + (isChanged ? 1 : 0) };
}

/** Without a claim, an absent condition ends what is open, and an unknown one changes nothing. */
function nextVerdict(episode: Episode, claim: Claim, { judgement }: Look): Verdict {
  const { kind } = judgement.condition;
  return verdictOf(claim, kind) ?? (kind === 'absent' ? 'resolved' : episode.verdict);
}

function overAt(episode: Episode, facts: Facts | undefined, { at }: Look): string | undefined {
  if (facts === undefined) return episode.overAt;
  return facts.condition.kind === 'absent' ? (episode.overAt ?? at) : undefined;
}

/** What ended it stays the cause, however often it is looked at afterwards. */
function resolutionAfter(episode: Episode, facts: Facts): Episode['resolution'] {
  if (facts.condition.kind === 'present') return undefined;
  return episode.resolution ?? resolutionOf(episode.lastPresent, facts);
}

/** What a message says, without its times. */
function content({ verdict, claim, returns, overAt, facts, failure }: Episode) {
  return {
    verdict,
    claim,
    returns,
    isOver: overAt !== undefined,
    facts: facts && { ...facts, checkedAt: '' },
    unread: failure?.unread.map(({ resource, reason }) => ({ resource, reason })),
  };
}
