/** What a person is told of dead letters. Pure: the same intent gives the same message. */
import { count, listOf } from '../../shared/golden-images/words.ts';
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
import { KNOWN_TYPES, PING } from './letter.ts';
import { replayCommand } from './replay.ts';

/** By it the message is found again, and never taken for an incident. */
export const EVENT_TYPE = 'archwatch_dead_letters';

const SHOWN_TYPES = 8;
const SHOWN_FOREIGN = 3;
/** Quoted, an address may be four times as long. */
const SHOWN_COMMANDS = 3;
const MAX_TYPE = 80;
const MAX_ERROR = 150;
const MAX_PLACE = 150;

/** Whether a look at the cluster makes good that it was lost. */
const isOurs = ({ type }: TypeTally) => KNOWN_TYPES.includes(type);

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
  if (failsPing(tally)) return 'archwatch’s hourly check failed too: until one works, it may miss changes of the cluster. Find out why.';
  return tally.types.some(isOurs)
    ? 'Can wait: the next hourly check makes up for what archwatch missed.'
    : 'None of them is archwatch’s own: ask who sent them.';
}

function span({ total, firstAt, lastAt }: Tally): readonly Piece[] {
  if (total === 1) return [words('The broker gave it up at '), date(firstAt), words('.')];
  return [words('The broker gave them up between '), date(firstAt), words(' and '), date(lastAt), words('.')];
}

function listed({ types, others }: Tally): readonly (readonly Piece[])[] {
  const left = types.slice(SHOWN_TYPES);
  const more = left.reduce((sum, tally) => sum + tally.count, others);
  const shown = types.slice(0, SHOWN_TYPES).map(line);
  return more > 0 ? [...shown, [words(`${count(more, 'event')} of other types`)]] : shown;
}

function line({ type, count: times, destination, errorCode, errorText, lastAt }: TypeTally): readonly Piece[] {
  const said = errorText === undefined ? '' : ` “${clip(errorText, MAX_ERROR)}”`;
  const answer = errorCode === undefined ? `no answer${said}` : `answer ${errorCode}${said}`;
  const at = times === 1 ? [] : [words(', the last at '), date(lastAt)];
  return [words(`${times} × `), code(notACommand(clip(type, MAX_TYPE))), words(`: ${answer} from ${placeOf(destination)}`), ...at];
}

/** Without the scheme, which nobody needs to know who failed. */
function placeOf(destination: string | undefined): string {
  if (destination === undefined) return 'a subscriber that the broker did not name';
  return clip(destination.replace(/^https?:\/\//, ''), MAX_PLACE);
}

function meaning(tally: Tally): readonly string[] {
  const foreign = tally.types.filter((found) => !isOurs(found));
  return [
    ...(tally.types.some(isOurs) ? [failsPing(tally) ? NOT_MADE_GOOD : MADE_GOOD] : []),
    ...(foreign.length > 0 || tally.others > 0 ? [unknown(foreign)] : []),
  ];
}

const ALERTS = 'Alerts that Alertmanager sends come another way.';
const MADE_GOOD = `What archwatch missed is not lost: it reads the whole cluster again once an hour. Until then it may not know that a node or the HyperConverged changed. ${ALERTS}`;
const NOT_MADE_GOOD = `Until a check works, archwatch may not know that a node or the HyperConverged changed. ${ALERTS}`;

function unknown(foreign: readonly TypeTally[]): string {
  const named = foreign.map(({ type }) => clip(type, MAX_TYPE));
  const which = named.length > 0 ? ` (${listOf(named, SHOWN_FOREIGN)})` : '';
  return `What events of other types${which} were for is not known here: who sent them has to send them again.`;
}

function replay(id: string, tally: Tally): readonly Block[] {
  const ours = tally.types.filter(isOurs);
  if (ours.length === 0) return [];
  const destinations = [...new Set(ours.map(({ destination }) => destination))];
  const commands = destinations.map((destination) => replayCommand(destination, `replay-${id}`)).filter((command) => command !== undefined);
  if (commands.length === 0) return [richText(paragraph(words(NO_COMMAND)))];
  const more = commands.length - SHOWN_COMMANDS;
  const left = more > 0 ? [paragraph(words(`The log names ${count(more, 'more subscriber')} that failed.`))] : [];
  return [richText(paragraph(words(REPLAY)), ...commands.slice(0, SHOWN_COMMANDS).map(preformatted), ...left)];
}

const REPLAY = 'To have it checked now, whatever was lost, run this in a pod of the cluster. It answers 202 when the check is done.';
const NO_COMMAND = 'There is no command to have it checked now: the broker named no address that can be called.';
