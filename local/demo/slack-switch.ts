/** Slack goes away and comes back, or loses what it has to say, as steps of the story. */
import { setTimeout as wait } from 'node:timers/promises';
import type { EmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import type { SlackSwitch } from '../story/parts.ts';

const POST = 'chat.postMessage';
const POLL_MS = 50;

export function createSlackSwitch(slack: Pick<EmbeddedSlack, 'setFault' | 'calls'>): SlackSwitch {
  let isAway = false;
  const posts = () => slack.calls().filter(({ method }) => method === POST).length;
  const nextPost = async (fault: 'lost-reply' | 'no-reply', withinMs: number) => {
    if (isAway) throw new Error('Slack is away: let it come back first');
    const before = posts();
    const until = performance.now() + withinMs;
    slack.setFault(fault, { method: POST, calls: 1 });
    while (posts() === before && performance.now() < until) await wait(POLL_MS);
    if (posts() > before) return true;
    if (!isAway) slack.setFault(undefined);
    return false;
  };
  return {
    isAway: () => isAway,
    setAway: (next) => {
      isAway = next;
      slack.setFault(next ? 'down' : undefined);
    },
    loseNextAnswer: (withinMs) => nextPost('lost-reply', withinMs),
    holdNextAnswer: (withinMs) => nextPost('no-reply', withinMs),
  };
}
