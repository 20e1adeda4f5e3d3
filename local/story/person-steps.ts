/** The story's chapter about the buttons: what somebody may click in the message itself, as a step each. */
import { setTimeout as wait } from 'node:timers/promises';
import { ACTIONS } from '../../shared/slack/actions.ts';
import type { StepParts } from './parts.ts';
import { type Step, wasPlayedOnce } from './step.ts';

const CHAPTER = 'The buttons of the message';

export function personSteps({ person, silences, alert, alertmanager }: StepParts): readonly Step[] {
  return [
    {
      id: 'acknowledge',
      chapter: CHAPTER,
      label: 'Somebody acknowledges it',
      hint: 'As the button does. The message says by whom; the button is gone, until it gets worse or comes back.',
      isDone: wasPlayedOnce,
      play: () => person.click(ACTIONS.acknowledge),
    },
    {
      id: 'check-again',
      chapter: CHAPTER,
      label: 'Somebody checks again',
      hint: 'archwatch looks at the cluster, and tells the person who clicked: nobody else sees that.',
      isDone: wasPlayedOnce,
      play: () => person.click(ACTIONS.checkAgain),
    },
    {
      id: 'silence',
      chapter: CHAPTER,
      label: 'Somebody silences the alert for an hour',
      hint: 'Alertmanager has a silence, and the message says until when. If the alert fires, it fires once more, and nobody is told.',
      isDone: wasPlayedOnce,
      play: async () => {
        await person.click(ACTIONS.silence, '1h');
        await untilSilenced(silences);
        if (alert.firingSince()) await alert.fire();
      },
    },
    {
      id: 'silence-ends',
      chapter: CHAPTER,
      label: 'The silence ends',
      hint: 'As after the hour, or when somebody ends it in Alertmanager. What still fires is told again.',
      isDone: (wasPlayed) => wasPlayed && silences.active().length === 0,
      play: () => {
        silences.expireAll();
        return alertmanager.deliverAgain();
      },
    },
  ];
}

/** The click is taken before Alertmanager is asked. */
async function untilSilenced(silences: StepParts['silences']): Promise<void> {
  const until = performance.now() + SILENCED_WITHIN_MS;
  while (silences.active().length === 0) {
    if (performance.now() > until) throw new Error('Alertmanager has no silence: what the click was answered says why');
    await wait(POLL_MS);
  }
}

const SILENCED_WITHIN_MS = 5_000;
const POLL_MS = 50;
