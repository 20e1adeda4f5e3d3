/** Whether what stands in the channel and on record is what should: nothing lost, nothing twice. */
import type { ChannelFile, ChannelMessage, Posted } from '../../../local/embedded-slack/channel.ts';
import { countAnnounced, untold } from '../../../shared/incidents/announcements.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { payloadOf, textOf } from '../../helpers/webhook.ts';

export interface ExpectedReply {
  readonly says: RegExp;
  readonly broadcast: boolean;
}

/** One message with its thread. */
export interface Expected {
  readonly state: { readonly verdict: string; readonly condition: string; readonly claim: string };
  /** What a person must find in the message. */
  readonly shows: RegExp;
  /** In this order. */
  readonly replies: readonly ExpectedReply[];
  /** Names of the files in the thread. */
  readonly files?: readonly string[];
}

export interface Assessment {
  /** What a person misses, or is told wrongly. */
  readonly losses: readonly string[];
  /** What a person is told more than once, or without need. */
  readonly duplicates: readonly string[];
}

/** Compares a channel in which one message should stand, and the record behind it. */
export function assess(messages: readonly ChannelMessage[], incidents: readonly Incident[], expected: Expected | undefined): Assessment {
  const [message, ...others] = messages.filter(({ author }) => author === 'app');
  const twice = others.map(({ text }) => `another message: ${text}`);
  const unsaid = incidents.flatMap(unsaidOf);
  if (expected === undefined) return { losses: unsaid, duplicates: [...(message ? [`a message: ${message.text}`] : []), ...twice] };
  if (message === undefined) return { losses: ['there is no message', ...unsaid], duplicates: [] };
  const thread = assessThread(message.replies, expected);
  return {
    losses: [...wrongIn(message, expected), ...thread.losses, ...unsaid],
    duplicates: [...twice, ...thread.duplicates],
  };
}

export function isRight({ losses, duplicates }: Assessment): boolean {
  return losses.length === 0 && duplicates.length === 0;
}

function wrongIn(message: ChannelMessage, { state, shows }: Expected): readonly string[] {
  const payload = payloadOf(message);
  const wrong = Object.entries(state).filter(([name, value]) => payload[name] !== value);
  const text = textOf(message);
  return [
    ...wrong.map(([name, value]) => `the message's ${name} is ${payload[name]}, not ${value}`),
    ...(shows.test(text) ? [] : [`the message does not show ${shows}: ${text}`]),
  ];
}

function assessThread(thread: readonly Posted[], { replies, files: expectedFiles = [] }: Expected): Assessment {
  const told = assessReplies(
    thread.filter(({ files }) => files.length === 0),
    replies,
  );
  const files = assessFiles(
    thread.flatMap((reply) => reply.files),
    expectedFiles,
  );
  return { losses: [...told.losses, ...files.losses], duplicates: [...told.duplicates, ...files.duplicates] };
}

function assessReplies(told: readonly Posted[], expected: readonly ExpectedReply[]): Assessment {
  const isOne = (reply: Posted) => (wanted: ExpectedReply) => wanted.says.test(reply.text) && wanted.broadcast === reply.broadcast;
  const counted = expected.map((wanted) => ({ wanted, count: told.filter((reply) => isOne(reply)(wanted)).length }));
  return {
    losses: counted.filter(({ count }) => count === 0).map(({ wanted }) => `the reply ${wanted.says} is not there`),
    duplicates: [
      ...counted.filter(({ count }) => count > 1).map(({ wanted, count }) => `the reply ${wanted.says} is there ${count} times`),
      ...told.filter((reply) => !expected.some(isOne(reply))).map(({ text }) => `a reply that nobody needs: ${text}`),
    ],
  };
}

/** A file is attached again only when it says something else. */
function assessFiles(attached: readonly ChannelFile[], expected: readonly string[]): Assessment {
  const isAgain = ({ name, content }: ChannelFile, index: number) =>
    attached.slice(0, index).some((earlier) => earlier.name === name && earlier.content === content);
  return {
    losses: expected.filter((name) => !attached.some((file) => file.name === name)).map((name) => `the file ${name} is not there`),
    duplicates: attached
      .filter((file, index) => isAgain(file, index) || !expected.includes(file.name))
      .map(({ name }) => `the file ${name}, once more than anybody needs`),
  };
}

function unsaidOf({ key, episode }: Incident): readonly string[] {
  if (episode === undefined) return [];
  const { intent, said, revision } = episode;
  if (intent) return [`the record of ${key} has an intent to ${intent.step}`];
  if (said?.revision === revision && untold(episode).length === 0) return [];
  return [
    `of ${key} revision ${said?.revision} of ${revision} and ${said?.announcements} of ${countAnnounced(episode)} replies are on record as said`,
  ];
}
