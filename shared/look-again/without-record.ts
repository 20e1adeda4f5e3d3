/** Rule 5: the record cannot be reached. What is open is told all the same, if it does not stand in the channel yet; nothing else is done. */
import { newIncident } from '../incidents/incident.ts';
import type { OpenMessage } from '../incidents/tidy.ts';
import type { Chat } from '../slack/chat.ts';
import { CALL_TIME_MS } from '../slack/client.ts';
import { type MessageSettings, renderIncident } from '../slack/message.ts';
import type { LookBack } from './look-back.ts';
import { afterLook, type Finding, type RecordDependencies } from './record-look.ts';
import { countSaid } from './seen.ts';

export interface WithoutRecordDependencies extends Pick<RecordDependencies, 'clusterName' | 'flapWindowMs'> {
  readonly chat: Chat;
  readonly lookBack: LookBack;
  readonly settings: MessageSettings;
  readonly now: () => Date;
  /** What this process has told without a record, by the incident's key. */
  readonly told: Map<string, OpenMessage>;
  /** Until when, in ms since the epoch, an open message is taken to stand that was on record a while ago, by the incident's key. */
  readonly standing: ReadonlyMap<string, number>;
}

/** Posts what is open and stands nowhere yet. Throws `SlackError`. `deadline` is in ms since the epoch. */
export async function tellWithoutRecord(finding: Finding, deadline: number, dependencies: WithoutRecordDependencies): Promise<void> {
  const { clusterName, flapWindowMs, chat, lookBack, settings, now, told, standing } = dependencies;
  const incident = afterLook(newIncident(clusterName, finding.judgement.alert), finding, flapWindowMs);
  const { key, episode } = incident;
  if (episode === undefined || episode.overAt !== undefined) return;
  if ((standing.get(key) ?? 0) > now().getTime()) return;
  const open = await lookBack.openMessages(key, { since: undefined, until: deadline - 2 * CALL_TIME_MS });
  if (open.length > 0 || now().getTime() + CALL_TIME_MS > deadline) return;
  const posted = await chat.post(renderIncident(incident, episode, settings));
  countSaid('post');
  const { id, verdict, claim, revision } = episode;
  told.set(key, { ...posted, episode: id, verdict, claim, revision });
}
