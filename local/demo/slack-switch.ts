/** Slack goes away and comes back, as a step of the story. */
import type { EmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import type { SlackSwitch } from '../story/steps.ts';

export function createSlackSwitch(slack: Pick<EmbeddedSlack, 'setFault'>): SlackSwitch {
  let isAway = false;
  return {
    isAway: () => isAway,
    setAway: (next) => {
      isAway = next;
      slack.setFault(next ? 'down' : undefined);
    },
  };
}
