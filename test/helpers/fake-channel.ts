/** A channel without a network, in virtual time: what replicas post, edit and delete, with every trouble that a call can have. */
import type { Chat } from '../../shared/slack/chat.ts';
import type { HistoryMessage } from '../../shared/slack/history.ts';
import { type Refusal, SlackError } from '../../shared/slack/refusal.ts';

/** `lost-reply`, `no-reply` and `late` do it all the same; `late` some time after the caller gave up. */
export type Trouble = 'down' | 'hang' | 'late' | 'lost-reply' | 'no-reply' | 'rate-limited' | 'unreached';

export interface FakeMessage {
  readonly ts: string;
  /** Of the message that it answers. */
  readonly parent: string | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly eventType: string;
}

/** Virtual time; `advance` moves it for all. */
export interface FakeTime {
  readonly now: () => number;
  readonly advance: (ms: number) => void;
  /** Does it once so much time has passed. */
  readonly later: (ms: number, act: () => void) => void;
}

export interface FakeChannel {
  /** Oldest first. */
  readonly all: () => readonly FakeMessage[];
  /** A person deletes it. */
  readonly remove: (ts: string) => void;
  /** As one replica reaches it: `step` comes before and after each call, `trouble` says what goes wrong with this one. */
  readonly reach: (step: () => Promise<void>, trouble: () => Trouble | undefined, isBlind: () => boolean) => Chat;
}

const CALL_MS = 3_000;
const LATE_MS = 20_000;

export function createFakeTime(start: number): FakeTime {
  let time = start;
  let due: { readonly at: number; readonly act: () => void }[] = [];
  return {
    now: () => time,
    advance: (ms) => {
      time += ms;
      const ripe = due.filter(({ at }) => at <= time);
      due = due.filter(({ at }) => at > time);
      for (const { act } of ripe) act();
    },
    later: (ms, act) => void due.push({ at: time + ms, act }),
  };
}

export function createFakeChannel(time: FakeTime, channel: string): FakeChannel {
  const kept = new Map<string, FakeMessage>();
  let count = 0;
  const newTs = () => `${Math.floor(time.now() / 1_000)}.${String(++count).padStart(6, '0')}`;
  const keep = (message: FakeMessage) => {
    kept.set(message.ts, message);
    return { channel, ts: message.ts };
  };
  const find = (ts: string): FakeMessage => {
    const found = kept.get(ts);
    if (found === undefined) throw new SlackError('chat', 'gone', 'message_not_found');
    return found;
  };
  const since = (oldest: Date) => [...kept.values()].filter(({ ts }) => Number(ts) * 1_000 > oldest.getTime());
  const toHistory = ({ ts, payload, eventType }: FakeMessage): HistoryMessage => ({ channel, ts, payload, eventType, files: [] });
  return {
    all: () => [...kept.values()],
    remove: (ts) => void kept.delete(ts),
    reach: (step, trouble, isBlind) => {
      const look = <T>(act: () => T): Promise<T> =>
        call(() => {
          if (isBlind()) throw new SlackError('conversations', 'misconfigured', 'missing_scope');
          return act();
        });
      const call = async <T>(act: () => T): Promise<T> => {
        await step();
        const result = withTrouble(trouble(), act, time);
        await step();
        return result();
      };
      const payloadOf = (metadata: { readonly event_payload: object }) => ({ ...metadata.event_payload });
      return {
        channel,
        post: ({ metadata }) =>
          call(() => keep({ ts: newTs(), parent: undefined, eventType: metadata.event_type, payload: payloadOf(metadata) })),
        edit: ({ ts }, { metadata }) => call(() => void keep({ ...find(ts), payload: payloadOf(metadata) })),
        reply: ({ ts }, { metadata }) =>
          call(() => void keep({ ts: newTs(), parent: find(ts).ts, eventType: metadata.event_type, payload: payloadOf(metadata) })),
        attach: () => call(() => undefined),
        remove: ({ ts }) => call(() => void kept.delete(ts)),
        notify: () => Promise.reject(new Error('nobody notifies here')),
        messages: ({ oldest }) =>
          look(() =>
            since(oldest)
              .filter(({ parent }) => parent === undefined)
              .map(toHistory)
              .toReversed(),
          ),
        replies: (parent, { oldest }) =>
          look(() => {
            if (!kept.has(parent)) throw new SlackError('conversations.replies', 'gone', 'thread_not_found');
            return since(oldest)
              .filter((message) => message.parent === parent)
              .map(toHistory);
          }),
      };
    },
  };
}

/** What the caller hears of it, once it has heard. */
function withTrouble<T>(trouble: Trouble | undefined, act: () => T, time: FakeTime): () => T {
  if (trouble === undefined) return done(act);
  if (trouble === 'lost-reply' || trouble === 'no-reply') done(act);
  if (trouble === 'late') time.later(LATE_MS, () => void done(act));
  if (trouble === 'hang' || trouble === 'no-reply' || trouble === 'late') time.advance(CALL_MS);
  const refusal = REFUSALS[trouble];
  return () => {
    throw new SlackError('chat', refusal, trouble);
  };
}

function done<T>(act: () => T): () => T {
  try {
    const result = act();
    return () => result;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

const REFUSALS: Readonly<Record<Trouble, Refusal>> = {
  down: 'failed',
  'lost-reply': 'failed',
  hang: 'unanswered',
  late: 'unanswered',
  'no-reply': 'unanswered',
  'rate-limited': 'rate-limited',
  unreached: 'unreached',
};
