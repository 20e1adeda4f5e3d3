/** How Alertmanager delivers to a receiver that is in trouble: `notify/notify.go`, `notify/util.go`, measured on 0.25. */
import { setTimeout as pause } from 'node:timers/promises';
import { type Answered, type Attempt, attempt, isSuccess } from './attempt.ts';

export interface GroupSettings {
  readonly url: string;
  readonly token: string;
  /** Ten seconds unless given; also how long one flush tries. */
  readonly groupIntervalMs?: number;
  /** What the group says at a flush; undefined once there is nothing to notify of any more. */
  readonly atFlush: (flush: number) => string | undefined;
  /** Who sends; the network unless given. */
  readonly send?: Attempt;
}

export interface Notified {
  readonly isDelivered: boolean;
  readonly answers: readonly Answered[];
}

const GROUP_INTERVAL_MS = 10_000;
const FIRST_WAIT_MS = 500;
const GROWTH = 1.5;

/** Notifies of one change of a group: flush after flush until one is delivered, or nothing is left to say. */
export async function notify({ groupIntervalMs = GROUP_INTERVAL_MS, atFlush, ...receiver }: GroupSettings): Promise<Notified> {
  const answers: Answered[] = [];
  for (let flush = 0; ; flush++) {
    const deadline = Date.now() + groupIntervalMs;
    const body = atFlush(flush);
    if (body === undefined) return { isDelivered: false, answers };
    answers.push(...(await tryUntil(deadline, body, receiver)));
    const last = answers.at(-1);
    if (last && isSuccess(last)) return { isDelivered: true, answers };
    await pause(Math.max(deadline - Date.now(), 0));
  }
}

/** One flush: back-off between the attempts, and each is cut off at the deadline. */
async function tryUntil(
  deadline: number,
  body: string,
  { url, token, send = attempt }: Pick<GroupSettings, 'url' | 'token' | 'send'>,
): Promise<readonly Answered[]> {
  const headers = { 'user-agent': 'Alertmanager/0.25.0', 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const answers: Answered[] = [];
  for (let wait = FIRST_WAIT_MS; ; wait *= GROWTH) {
    const left = deadline - Date.now();
    if (left <= 0) return answers;
    const answered = await send({ url, headers, body }, left);
    answers.push(answered);
    if (isSuccess(answered) || !isToBeRetried(answered)) return answers;
    await pause(Math.min(wait * (0.5 + Math.random()), Math.max(deadline - Date.now(), 0)));
  }
}

/** `Retrier.Check`: 5xx and no answer; any 4xx waits for the next flush. */
function isToBeRetried(answered: Answered): boolean {
  return answered.status === undefined || answered.status >= 500;
}
