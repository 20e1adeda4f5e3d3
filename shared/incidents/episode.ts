/** What a transition makes of an episode: its facts, how it stands, and what is to be told. Pure. */
import type { Claim, Verdict } from '../golden-images/verdict.ts';
import { acknowledgedAfter } from './acknowledge.ts';
import { announce, withAnnounced } from './announcements.ts';
import { resolutionOf } from './changes.ts';
import { factsContent, factsOf, failureOf } from './facts.ts';
import { type Episode, type Facts, newEpisode } from './incident.ts';
import type { Look } from './look.ts';
import { isSame } from './same.ts';
import type { Transition } from './transitions.ts';

/** A new episode, with a message of its own: its first post says everything. */
export function openEpisode(openedAt: string, claim: Claim, verdict: Verdict, look: Look): Episode {
  const facts = factsOf(look, undefined);
  const { kind } = look.judgement.condition;
  return {
    ...newEpisode({ id: look.newEpisodeId(), openedAt, verdict, claim, revision: 1 }),
    overAt: kind === 'absent' ? look.at : undefined,
    facts,
    lastPresent: kind === 'present' ? facts : undefined,
    failure: failureOf(undefined, look),
  };
}

/** The episode as a look leaves it, with what a person must not miss of that. */
export function continueEpisode(episode: Episode, claim: Claim, verdict: Verdict, announced: Transition['announce'], look: Look): Episode {
  const facts = factsOf(look, episode.lastPresent);
  const next: Episode = {
    ...episode,
    claim,
    verdict,
    isContradicted: verdict === 'contradicted' || (verdict === 'unverifiable' && claim === 'resolved' && episode.isContradicted),
    facts: facts ?? episode.facts,
    lastPresent: facts?.condition.kind === 'present' ? facts : episode.lastPresent,
    failure: failureOf(episode, look),
    ...turned(episode, announced, facts, look.at),
  };
  const fresh = announce(episode, next, announced, look.at);
  const acknowledged = acknowledgedAfter(episode, fresh);
  const isAskedFor = facts?.askedBy !== undefined && next.overAt === undefined; // whoever asked, and all who wait with them, see that it was done
  const isChanged = isAskedFor || !isSame(content(episode), content({ ...next, acknowledged }));
  return {
    ...next,
    acknowledged,
    ...withAnnounced(episode, next, fresh),
    revision: episode.revision + (isChanged ? 1 : 0),
  };
}

/** What ended the condition stays its cause, however often it is looked at afterwards, until it is back. */
function turned(
  { overAt, resolution, returns, lastPresent }: Episode,
  announced: Transition['announce'],
  facts: Facts | undefined,
  at: string,
): Pick<Episode, 'overAt' | 'resolution' | 'returns'> {
  if (announced === 'resolved') return { overAt: at, resolution: facts && resolutionOf(lastPresent, facts), returns };
  if (announced === 'back') return { overAt: undefined, resolution: undefined, returns: returns + (lastPresent ? 1 : 0) };
  return { overAt, resolution, returns };
}

/** What a message says, without the times of looks. */
function content({ verdict, claim, returns, overAt, facts, failure, acknowledged }: Episode) {
  return {
    verdict,
    claim,
    returns,
    isOver: overAt !== undefined,
    facts: factsContent({ verdict, facts }),
    unread: failure?.unread.map(({ resource, reason }) => ({ resource, reason })),
    acknowledged,
  };
}
