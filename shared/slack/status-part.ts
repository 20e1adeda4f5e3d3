/** The lines below the first: what was checked and when, by whose signal, and what could not be read. */
import type { FailedRead } from '../golden-images/snapshot.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import type { Episode, Facts, Incident, SeriesClaim } from '../incidents/incident.ts';
import { bullets, date, type Piece, paragraph, richText, words } from './rich-text.ts';
import { clip, count, plain } from './text.ts';

type Status = (episode: Episode, facts: Facts, firing: SeriesClaim | undefined) => readonly Piece[];

const STATUS: Readonly<Record<Exclude<Verdict, 'unverifiable'>, Status>> = {
  confirmed: (_episode, { checkedAt }, firing) => [
    words('Confirmed on the cluster at '),
    date(checkedAt),
    words('. '),
    ...firingSince(firing),
  ],
  'early-warning': (_episode, { checkedAt }) => [words('Found on the cluster at '), date(checkedAt), words(', before any alert said so. ')],
  contradicted: (_episode, { checkedAt }) => [
    words('Alertmanager says resolved, and on the cluster it was still true at '),
    date(checkedAt),
    words('. That happens while HCO’s operator is down: without its metric the alert goes quiet. '),
  ],
  stale: (_episode, { checkedAt }, firing) => [
    ...firingSince(firing),
    words('It was over when the cluster was checked at '),
    date(checkedAt),
    words('. '),
  ],
  resolved: ({ openedAt, overAt }, { checkedAt }) => [
    words('Open from '),
    date(openedAt),
    words(' to '),
    date(overAt ?? checkedAt),
    words(', checked on the cluster. '),
  ],
};

/** Everything about the state of the checking, and nothing about the cluster. */
export function statusPart({ series }: Incident, episode: Episode) {
  const firing = series.filter(({ status }) => status === 'firing').sort((a, b) => Date.parse(a.startsAt) - Date.parse(b.startsAt))[0];
  const { facts, failure, verdict } = episode;
  const known = facts && verdict !== 'unverifiable' ? STATUS[verdict](episode, facts, firing) : [];
  const elements = [paragraph(...known, ...returns(episode), ...notLookedAt(episode), ...failed(episode, firing))];
  return richText(...elements, ...(failure ? [bullets(...failure.unread.map(unreadItem))] : []));
}

function firingSince(firing: SeriesClaim | undefined): readonly Piece[] {
  return firing ? [words('The alert has been firing since '), date(firing.startsAt), words('. ')] : [];
}

function failed({ failure, facts, verdict }: Episode, firing: SeriesClaim | undefined): readonly Piece[] {
  if (failure === undefined) return [];
  if (facts === undefined) return [...firingSince(firing), words('The cluster could not be checked at '), date(failure.since), words(':')];
  const was = verdict === 'unverifiable' ? [words('What follows was true at '), date(facts.checkedAt), words('. ')] : [];
  return [...was, words('Not checkable since '), date(failure.since), words(':')];
}

function unreadItem({ resource, reason, detail }: FailedRead): readonly Piece[] {
  return [words(`${resource}: ${reason}. ${clip(plain(detail), MAX_DETAIL)}`)];
}

const MAX_DETAIL = 200;

function returns({ returns }: Episode): readonly Piece[] {
  return returns > 0 ? [words(`It was over and came back ${returns === 1 ? 'once' : count(returns, 'time')}. `)] : [];
}

/** This version does not read virtual machines, so nothing is claimed about them. */
function notLookedAt({ overAt, facts }: Episode): readonly Piece[] {
  return facts && overAt === undefined ? [words('Virtual machines were not looked at. ')] : [];
}
