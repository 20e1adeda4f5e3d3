/** What a person is told of dead letters. Pure: the same intent gives the same message. */
import { count, listOf } from '../../shared/golden-images/words.ts';
import { PING } from '../../shared/knative-events.ts';
import type { Notice } from '../../shared/slack/chat.ts';
import { MAX_HEADER } from '../../shared/slack/limits.ts';
import {
  type Block,
  bold,
  bullets,
  code,
  date,
  type Piece,
  paragraph,
  preformatted,
  richText,
  words,
} from '../../shared/slack/rich-text.ts';
import { clip, escapeMrkdwn, notACommand, shortName } from '../../shared/slack/text.ts';
import type { Intent, Tally, TypeTally } from './dead-letters.ts';
import { KNOWN_TYPES } from './letter.ts';
import { replayCommand } from './replay.ts';
import { isTrigger, nameSubscriber } from './subscriber.ts';

/** By it the message is found again, and never taken for an incident. */
export const EVENT_TYPE = 'archwatch_dead_letters';

const SHOWN_TYPES = 8;
const SHOWN_FOREIGN = 3;
/** Quoted, an address may be four times as long. */
const SHOWN_COMMANDS = 3;
const MAX_TYPE = 80;
const MAX_ERROR = 150;

/** Whether it may have been archwatch's: whose sources sent it, and whose subscriber failed, the event does not say. */
const mayBeOurs = ({ type }: TypeTally) => KNOWN_TYPES.includes(type);

export function renderDeadLetters(cluster: string, { id, tally }: Intent): Notice {
  const headline = `⚠️ ${shortName(cluster)} · ${count(tally.total, 'event')} could not be handled`;
  return {
    text: escapeMrkdwn(`${headline}. ${urgency(tally)}`),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: clip(headline, MAX_HEADER), emoji: true } },
      richText(paragraph(bold(urgency(tally)), words(' '), ...span(tally)), bullets(...listed(tally))),
      richText(...meaning(tally).map((sentence) => paragraph(words(sentence)))),
      ...replay(id, tally),
    ],
    metadata: { event_type: EVENT_TYPE, event_payload: { cluster, id, events: tally.total } },
  };
}

const failsPing = ({ types }: Tally) => types.some(({ type }) => type === PING);

function urgency(tally: Tally): string {
  if (failsPing(tally)) return 'Look who failed on the ping: if it is archwatch’s node-events, its hourly check failed.';
  return tally.types.some(mayBeOurs)
    ? 'Can wait if it is archwatch’s node-events that failed: its next hourly check makes up for it.'
    : 'archwatch uses none of these types of events: ask who sent them.';
}

function span({ total, firstAt, lastAt }: Tally): readonly Piece[] {
  if (total === 1) return [words('The broker gave it up at '), date(firstAt), words('.')];
  return [words('The broker gave them up between '), date(firstAt), words(' and '), date(lastAt), words('.')];
}

function listed({ types, others }: Tally): readonly (readonly Piece[])[] {
  const left = types.slice(SHOWN_TYPES);
  const more = left.reduce((sum, tally) => sum + tally.count, others);
  const shown = types.slice(0, SHOWN_TYPES).map(line);
  return more > 0 ? [...shown, [words(`${count(more, 'more event')}: see the log`)]] : shown;
}

function line({ type, count: times, destination, errorCode, errorText, lastAt }: TypeTally): readonly Piece[] {
  const said = errorText === undefined ? '' : ` “${clip(errorText, MAX_ERROR)}”`;
  const answer = errorCode === undefined ? `no answer${said}` : `answer ${errorCode}${said}`;
  const at = times === 1 ? [] : [words(', the last at '), date(lastAt)];
  const what = code(notACommand(clip(type, MAX_TYPE)));
  return [words(`${times} × `), what, ...at, words(`: ${answer} from ${nameSubscriber(destination)}`)];
}

function meaning(tally: Tally): readonly string[] {
  const foreign = tally.types.filter((found) => !mayBeOurs(found));
  return [
    ...(tally.types.some(mayBeOurs) ? [MISSED] : []),
    ...(foreign.length > 0 || tally.others > 0 ? [unknown(foreign)] : []),
    ...whereToLook(tally),
  ];
}

const MISSED =
  'If node-events failed, it may not know that a node or the HyperConverged changed until its next check works. ' +
  'Alerts that Alertmanager sends come another way. If another subscriber failed, ask its owner what it missed.';

function unknown(foreign: readonly TypeTally[]): string {
  const named = [...new Set(foreign.map(({ type }) => clip(type, MAX_TYPE)))];
  const which = named.length > 0 ? ` (${listOf(named, SHOWN_FOREIGN)})` : '';
  return `What events of other types${which} were for is not known here: who sent them has to send them again.`;
}

function whereToLook({ types }: Tally): readonly string[] {
  if (types.every(({ destination }) => destination === undefined)) return [];
  const trigger = types.some(({ destination }) => isTrigger(destination)) ? ` ${WHOM_A_TRIGGER_CALLS}` : '';
  return [`Why: kubectl get pods and kubectl logs of the subscriber.${trigger}`];
}

const WHOM_A_TRIGGER_CALLS = 'Whom a Trigger calls: kubectl get triggers.eventing.knative.dev -A';

function replay(id: string, tally: Tally): readonly Block[] {
  const ours = tally.types.filter(mayBeOurs);
  if (ours.length === 0) return [];
  const destinations = [...new Set(ours.map(({ destination }) => destination))];
  const calls = destinations.flatMap((destination) => callOf(destination, id));
  if (calls.length === 0) return [richText(paragraph(words(NO_COMMAND)))];
  const shown = calls.slice(0, SHOWN_COMMANDS);
  const more = calls.length - shown.length;
  const left = more > 0 ? [paragraph(words(`The log names ${count(more, 'more subscriber')} that failed.`))] : [];
  return [
    richText(paragraph(words([REPLAY, ...answers(shown, id)].join(' '))), ...shown.map(({ command }) => preformatted(command)), ...left),
  ];
}

interface Call {
  readonly command: string;
  readonly isTrigger: boolean;
}

function callOf(destination: string | undefined, id: string): readonly Call[] {
  const command = replayCommand(destination, eventIdOf(id));
  return command === undefined ? [] : [{ command, isTrigger: isTrigger(destination) }];
}

const eventIdOf = (id: string) => `replay-${id}`;

/** A Trigger whose filter lets nothing through answers 200, and calls nobody. */
function answers(calls: readonly Call[], id: string): readonly string[] {
  const taken = `From a Trigger, 200 or 202 only says that it took it: look for ${eventIdOf(id)} in the log of node-events.`;
  return [...(calls.every((call) => call.isTrigger) ? [] : [DONE]), ...(calls.some((call) => call.isTrigger) ? [taken] : [])];
}

const DONE = '202: the check is done.';
const REPLAY = 'If node-events failed, have it check now: run its command in any pod that has curl (kubectl exec).';
const NO_COMMAND = 'There is no command to have node-events check now: the broker named no address that can be called.';
