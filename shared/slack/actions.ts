/** What the message's buttons are called in Slack's interactions. */
export const ACTIONS = {
  checkAgain: 'archwatch_check_again',
  acknowledge: 'archwatch_acknowledge',
  silence: 'archwatch_silence',
} as const;

/** What a person can be offered below a message, by the words of the setting `SLACK_BUTTONS`. */
export const BUTTONS = ['check-again', 'acknowledge', 'silence'] as const;

export type SlackButton = (typeof BUTTONS)[number];

/** For how long a person may silence, as the menu offers it; hours. */
export const SILENCE_HOURS = { '1h': 1, '4h': 4, '1d': 24, '7d': 168 } as const;

export type SilenceChoice = keyof typeof SILENCE_HOURS;
