/** The lines below the first: which alert, what was checked and when, by whose signal, and what could not be read. */
import type { ArchitectureRow } from '../golden-images/architecture-rows.ts';
import type { FieldOwner } from '../golden-images/field-owner.ts';
import type { FailedRead, FailureReason } from '../golden-images/read.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import { count } from '../golden-images/words.ts';
import type { Episode, Facts, Incident } from '../incidents/incident.ts';
import { plain } from '../plain.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { resolutionSentence, setByWords, setSinceItBegan } from './cause.ts';
import { startedBefore, whyQuiet } from './operator-words.ts';
import { bold, bullets, date, joined, type Piece, paragraph, richText, user, words } from './rich-text.ts';
import { doubts } from './risk-part.ts';
import { clip, shortName } from './text.ts';
import { onlyWentQuiet } from './went-quiet.ts';

type Status = (episode: Episode, facts: Facts, incident: Incident) => readonly Piece[];

const STATUS: Readonly<Record<Exclude<Verdict, 'unverifiable'>, Status>> = {
  confirmed: (_episode, facts) => [words(' is true: confirmed on the cluster at '), ...checked(facts)],
  'early-warning': (_episode, facts) => [words(' is about to fire: found on the cluster at '), ...checked(facts)],
  contradicted: (episode, facts, incident) => [
    words(`: Alertmanager ${quiet(incident, episode)}, and on the cluster it was still true at `),
    ...checked(facts),
    ...whyQuiet(incident, episode),
    words(' '),
  ],
  stale: (episode, facts, incident) => [
    words(
      isImpossible(facts)
        ? ' fires, and cannot be true here: the cluster was checked at '
        : ' fires, and was over when the cluster was checked at ',
    ),
    ...checked(facts),
    ...ended(episode.resolution?.by ?? setSinceItBegan(incident, episode), episode),
    ...startedBefore(incident, episode),
  ],
  resolved: (episode, { checkedAt }) => [
    words(' is over: open from '),
    date(episode.openedAt),
    words(' to '),
    date(episode.overAt ?? checkedAt),
    words(', checked on the cluster. '),
    ...ended(episode.resolution?.by, episode),
  ],
};

/** Everything about the state of the checking, and nothing about the cluster but since when. */
export function statusPart(incident: Incident, episode: Episode) {
  const { alert, series } = incident;
  const { facts, failure, verdict } = episode;
  const known = facts && verdict !== 'unverifiable' ? STATUS[verdict](episode, facts, incident) : [words(' could not be verified. ')];
  const sentence = [
    bold(alert),
    ...known,
    ...whoIsHurt(incident, episode),
    ...firingSince(series, episode),
    ...newcomer(episode),
    ...returns(episode),
    ...acknowledged(episode),
    ...silenced(episode),
  ];
  return richText(paragraph(...sentence, ...failed(episode)), ...(failure ? [bullets(...failure.unread.map(unreadItem))] : []));
}

/** When, and by whose signal where a person gave it. */
function checked({ checkedAt, askedBy = [] }: Facts): readonly Piece[] {
  const by = askedBy.length > 0 ? [words(', asked for by '), ...joined(askedBy.map(user), ', ')] : [];
  return [date(checkedAt), ...by, words('. ')];
}

function isImpossible({ condition }: Facts): boolean {
  return condition.kind === 'absent' && condition.cause === 'no-ssp';
}

function quiet(incident: Incident, episode: Episode): string {
  return onlyWentQuiet(incident, episode) ? 'no longer sends it (silenced, or it went quiet)' : 'says resolved';
}

/** Which input ended it, and who set that; nothing where only the first line's cause is known. */
function ended(by: FieldOwner | undefined, { resolution, facts }: Episode): readonly Piece[] {
  if (by === undefined || facts?.condition.kind !== 'absent') return [];
  const { cause } = facts.condition;
  const known = resolution ?? { cause, placementChanged: false, left: [] };
  return [words(`What ended it: ${resolutionSentence(known)}`), ...setByWords(by), words('. ')];
}

/** The earliest start of all that was heard in this episode: a restart of the operator begins a new series, not a new problem. */
function firingSince(series: Incident['series'], { openedAt, claim, verdict }: Episode): readonly Piece[] {
  if (claim !== 'firing' || verdict === 'resolved') return [];
  const heard = series.filter(({ status, heardAt }) => status === 'firing' || Date.parse(heardAt) >= Date.parse(openedAt));
  const [first] = heard.map(({ startsAt }) => startsAt).sort((a, b) => Date.parse(a) - Date.parse(b));
  return first === undefined ? [] : [words('The alert has been firing since '), date(first), words('. ')];
}

/** When the cluster got the last of its architectures: the mismatch is no older. */
function newcomer({ facts, overAt }: Episode): readonly Piece[] {
  const rows = (overAt === undefined && facts?.condition.evidence?.rows) || [];
  const known = rows.filter(({ architecture }) => architecture !== '');
  const last = known.reduce<ArchitectureRow | undefined>((latest, row) => (joinedAt(row) >= joinedAt(latest) ? row : latest), known[0]);
  if (known.length < 2 || last?.oldest === undefined) return [];
  const { architecture, oldest } = last;
  return [words(`The first ${shortName(architecture)} node, ${shortName(oldest.name)}, joined at `), date(oldest.createdAt), words('. ')];
}

function joinedAt(row: ArchitectureRow | undefined): number {
  return row?.oldest === undefined ? Number.NEGATIVE_INFINITY : Date.parse(row.oldest.createdAt);
}

function failed({ failure, facts, verdict }: Episode): readonly Piece[] {
  if (failure === undefined) return [];
  if (facts === undefined) return [words('Tried at '), date(failure.since), words(':')];
  const was = verdict === 'unverifiable' ? [words('What follows was true at '), date(facts.checkedAt), words('. ')] : [];
  return [...was, words('Not checkable since '), date(failure.since), words(':')];
}

const AGAIN = 'It is tried again with the next signal.';

/** What a person can do about it. */
const ADVICE: Readonly<Record<FailureReason, string>> = {
  forbidden: 'Let archwatch’s service account list them.',
  unauthorized: 'The API server does not know archwatch’s credentials.',
  'not-served': 'Is HyperConverged installed on this cluster?',
  'not-in-file': 'Save them too.',
  ambiguous: '',
  malformed: 'Correct the object.',
  timeout: AGAIN,
  unreachable: AGAIN,
  'server-error': AGAIN,
};

function unreadItem({ resource, reason, detail }: FailedRead): readonly Piece[] {
  return [words(`${resource}: ${reason}. ${clip(plain(detail), MAX_DETAIL)}${ADVICE[reason] ? `. ${ADVICE[reason]}` : ''}`)];
}

const MAX_DETAIL = 300;

function returns({ returns }: Episode): readonly Piece[] {
  return returns > 0 ? [words(`It was over and came back ${returns === 1 ? 'once' : count(returns, 'time')}. `)] : [];
}

function acknowledged({ acknowledged }: Episode): readonly Piece[] {
  return acknowledged ? [words('Acknowledged by '), user(acknowledged.by), words(' at '), date(acknowledged.at), words('. ')] : [];
}

function silenced({ silenced }: Episode): readonly Piece[] {
  if (!silenced) return [];
  return [words('Silenced in Alertmanager until '), date(silenced.until), words(', asked for by '), user(silenced.by), words('. ')];
}

function whoIsHurt({ alert }: Incident, { overAt, facts }: Episode): readonly Piece[] {
  if (facts?.condition.kind !== 'present' || overAt !== undefined) return [];
  const { unharmed, isRiskForMachines } = ALERT_WORDS[alert];
  return [words(`${unharmed}${isRiskForMachines ? `; ${machines(facts)}` : ''}. `)];
}

function machines({ atRisk }: Facts): string {
  if (atRisk === undefined) return 'which VMs boot from these images was not looked at';
  return atRisk.ok ? doubts(atRisk.value) : 'which VMs boot from these images is not known';
}
