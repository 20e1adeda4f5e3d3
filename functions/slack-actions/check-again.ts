/** "Check again": a look without a claim, as any signal. */
import { causeSentence } from '../../shared/golden-images/cause.ts';
import type { Episode, Incident } from '../../shared/incidents/incident.ts';
import type { LookAgain } from '../../shared/look-again/look-again.ts';
import type { Asked } from '../../shared/look-again/signal.ts';
import { problem } from '../../shared/slack/headline.ts';
import { date } from '../../shared/slack/rich-text.ts';
import { shortName } from '../../shared/slack/text.ts';
import { type Answer, answer } from './answer.ts';
import type { Shown } from './find-incident.ts';
import type { Click } from './interaction.ts';

export interface CheckAgainDependencies {
  readonly looking: Pick<LookAgain, 'incidents'>;
  readonly look: (asked: Asked) => Promise<unknown>;
}

/** Slack may be answered at once: the look takes up to 10 s, and the person hears of it. */
export async function checkAgain(
  { user }: Click,
  { incident: { key, alert } }: Shown,
  done: () => void,
  { looking, look }: CheckAgainDependencies,
): Promise<Answer> {
  done();
  await look({ alert, by: user.id });
  const incident = (await looking.incidents()).find((one) => one.key === key);
  if (incident?.episode === undefined) return answer('checked', `Checked: nothing is open for ${alert}.`);
  return found(incident, incident.episode);
}

function found(incident: Incident, episode: Episode): Answer {
  const { facts, failure, overAt } = episode;
  if (failure !== undefined || facts === undefined) {
    const unread = failure?.unread.map(({ resource, reason }) => `${shortName(resource)}: ${reason}`) ?? [];
    const since = failure ? [' It cannot be verified since ', date(failure.since), '.'] : [];
    return answer('failed', `Tried, and the cluster could not be checked (${unread.join(', ')}).`, ...since);
  }
  const { checkedAt, condition } = facts;
  if (overAt === undefined) return answer('checked', 'Checked at ', date(checkedAt), `: still true: ${problem(incident, episode)}.`);
  const why = condition.kind === 'absent' ? `: ${causeSentence(condition.cause)}` : '';
  return answer('checked', 'Checked at ', date(checkedAt), `: it is over${why}.`);
}
