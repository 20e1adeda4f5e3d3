/** Somebody who clicks in the channel, as steps of the story. */
import { findClicked } from '../embedded-slack/clickable.ts';
import type { EmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import type { Person } from '../story/parts.ts';

export function createPerson(slack: Pick<EmbeddedSlack, 'messages' | 'click'>): Person {
  return {
    click: async (actionId, option) => {
      const clicked = { actionId, ...(option === undefined ? {} : { option }) };
      const message = slack.messages().findLast(({ blocks }) => findClicked(blocks, clicked) !== undefined);
      if (message === undefined) throw new Error('no message has that button now: play this while something is open');
      const outcome = await slack.click({ ts: message.ts, ...clicked });
      if (outcome.kind === 'warning') throw new Error(outcome.because);
    },
  };
}
