/** Which incident a click is about: the one whose message the record has. What the message or its buttons say is not asked. */
import type { Episode, Incident } from '../../shared/incidents/incident.ts';
import { metadataKey } from '../../shared/slack/message.ts';
import { shortName } from '../../shared/slack/text.ts';
import { type Answer, answer } from './answer.ts';
import type { Click } from './interaction.ts';

/** An incident that has a message. */
export interface Shown {
  readonly incident: Incident;
  readonly episode: Episode;
}

export interface Place {
  /** `SLACK_CHANNEL`. */
  readonly channel: string;
  readonly clusterName: string;
}

/** The incident, or why there is none. */
export function findIncident(incidents: readonly Incident[], click: Click, { channel, clusterName }: Place): Shown | Answer {
  if (click.channel !== channel) {
    return refused(
      'Nothing was done: this archwatch works in another channel. The buttons of a message that was moved or shared do nothing.',
    );
  }
  const shown = incidents.flatMap((incident) => isShownIn(incident, click) ?? []);
  const [found] = shown;
  return found ?? notFound(incidents, click, clusterName);
}

/** With its current episode, if that is the message that was clicked. */
export function isShownIn(incident: Incident, { channel, ts }: Pick<Click, 'channel' | 'ts'>): Shown | undefined {
  const { episode } = incident;
  return episode?.said?.channel === channel && episode.said.ts === ts ? { incident, episode } : undefined;
}

function notFound(incidents: readonly Incident[], { ts, says }: Click, clusterName: string): Answer {
  if (incidents.some(({ episode }) => episode?.closed.includes(ts))) {
    return refused(
      'Nothing was done: Slack does not let this message be edited any more. The same incident goes on in a newer message below.',
    );
  }
  const isOurs = incidents.some(({ key }) => metadataKey(key) === says.key);
  if (isOurs) return EARLIER;
  if (says.key === undefined) return refused(`Nothing was done: this message is not on record for ${shortName(clusterName)}. ${WHY_NOT}`);
  return refused(
    `Nothing was done: this is another archwatch’s message (${shortName(says.key)}), and its clicks come to that of ${shortName(clusterName)}.`,
    ' Give each archwatch a Slack app of its own.',
  );
}

const WHY_NOT = 'It is of an earlier episode, or another archwatch’s.';

export const EARLIER = refused('Nothing was done: this message is of an earlier episode, which has ended.');

function refused(...sentences: readonly string[]): Answer {
  return answer('refused', ...sentences);
}
