/** The first line: how urgent, which cluster, what. It is also all that a locked phone shows. */
import { causeSentence } from '../golden-images/cause.ts';
import type { Verdict } from '../golden-images/verdict.ts';
import { count } from '../golden-images/words.ts';
import type { Episode, Facts, Incident } from '../incidents/incident.ts';
import { plain } from '../plain.ts';
import { ALERT_WORDS } from './alert-words.ts';
import { resolutionSentence } from './cause.ts';
import { recommended } from './recommendation-part.ts';
import { clip, shortName } from './text.ts';
import { onlyWentQuiet } from './went-quiet.ts';

interface Line {
  readonly sign: string;
  readonly urgency: string;
  readonly what: (incident: Incident, episode: Episode) => string;
}

/** The alerts are warnings without effect on the operator's health (`operator_health_impact: none`): none of them wakes anybody. */
const CAN_WAIT = 'can wait until morning';

const LINES: Readonly<Record<Verdict, Line>> = {
  confirmed: { sign: '🟠', urgency: CAN_WAIT, what: problem },
  'early-warning': { sign: '🟠', urgency: CAN_WAIT, what: problem },
  contradicted: {
    sign: '🟠',
    urgency: CAN_WAIT,
    what: (incident, episode) => `still true, though ${quiet(incident, episode)}: ${problem(incident, episode)}`,
  },
  unverifiable: { sign: '🟡', urgency: 'not verified', what: claimed },
  stale: { sign: '⚪', urgency: 'nothing to do', what: (_incident, episode) => over('already over', episode) },
  resolved: { sign: '✅', urgency: 'nothing to do', what: (_incident, episode) => over('over', episode) },
};

/** What was verified stays the first thing to know when a later look fails. */
const NO_LONGER_CHECKABLE: Line = {
  sign: '🟠',
  urgency: CAN_WAIT,
  what: (incident, episode) => `${problem(incident, episode)} (not checkable now)`,
};
const OVER_WHEN_CHECKED: Line = {
  sign: '✅',
  urgency: 'nothing to do',
  what: (_incident, episode) => `${over('over', episode)} (not checkable now)`,
};
/** Nothing takes the alert back by itself. */
const STUCK: Line = { sign: '⚪', urgency: 'can wait', what: (_incident, episode) => over('over, but the alert sticks', episode) };

/** One line of at most `max` characters, not escaped. */
export function headline(incident: Incident, episode: Episode, max: number): string {
  const { sign, urgency, what } = lineFor(episode);
  return clip(plain(`${sign} ${shortName(incident.cluster)} · ${urgency} · ${what(incident, episode)}`), max);
}

function lineFor({ verdict, claim, facts }: Episode): Line {
  if (verdict === 'stale' && facts && recommended(facts) !== undefined) return STUCK;
  if (verdict !== 'unverifiable' || !facts) return LINES[verdict];
  if (facts.condition.kind === 'present') return NO_LONGER_CHECKABLE;
  return claim === 'resolved' ? OVER_WHEN_CHECKED : LINES[verdict];
}

/** What is wrong on the cluster, as far as it was seen. */
export function problem({ alert }: Incident, { facts }: Episode): string {
  const evidence = facts?.condition.evidence;
  if (!evidence) return alert;
  const hit = facts.condition.goldenImages.filter(({ condition }) => condition === 'present');
  return `${ALERT_WORDS[alert].problem(evidence, hit)}${suspects(facts)}`;
}

/** Those that exist already. */
function suspects({ atRisk }: Facts): string {
  const { count: number } = atRisk?.ok ? atRisk.value.suspect : { count: 0 };
  return number === 0 ? '' : `; ${count(number, 'VM')} ${number === 1 ? 'is' : 'are'} suspect`;
}

/** What cannot be true on a cluster was not true before either. */
function over(label: string, episode: Episode): string {
  const { condition } = episode.facts ?? {};
  return condition?.kind === 'absent' && condition.cause === 'no-ssp' ? cause(episode) : `${label}: ${cause(episode)}`;
}

function quiet(incident: Incident, episode: Episode): string {
  return onlyWentQuiet(incident, episode) ? 'the alert went quiet' : 'Alertmanager says resolved';
}

function claimed(incident: Incident, episode: Episode): string {
  return `${claim(incident, episode)}; the cluster could not be checked`;
}

function claim(incident: Incident, episode: Episode): string {
  const { alert } = incident;
  if (episode.claim !== 'resolved') return `${alert} fires, says Alertmanager`;
  return onlyWentQuiet(incident, episode) ? `Alertmanager no longer sends ${alert}` : `${alert} resolved, says Alertmanager`;
}

function cause({ facts, resolution }: Episode): string {
  if (resolution) return resolutionSentence(resolution);
  return facts?.condition.kind === 'absent' ? causeSentence(facts.condition.cause) : 'no longer true';
}
