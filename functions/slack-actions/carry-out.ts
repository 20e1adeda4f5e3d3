/** What follows of a click: the incident is found, the work is done, and whoever clicked is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { MakeSilence } from '../../shared/alertmanager/silences.ts';
import type { Logger } from '../../shared/log.ts';
import type { LookOptions } from '../../shared/look-again/look-again.ts';
import type { Signal } from '../../shared/look-again/signal.ts';
import { createTurns } from '../../shared/look-again/turns.ts';
import { counter } from '../../shared/metrics.ts';
import type { Whisper } from '../../shared/slack/whisper.ts';
import { type AcknowledgeDependencies, acknowledge } from './acknowledge.ts';
import { type Answer, answer, toWhisper } from './answer.ts';
import { type CheckAgainDependencies, checkAgain } from './check-again.ts';
import { createClickLooks } from './click-looks.ts';
import { findIncident, type Shown } from './find-incident.ts';
import type { Click } from './interaction.ts';
import { reasonOf } from './reason.ts';
import { silence } from './silence.ts';

/** What is asked of the one use case. */
export type Looking = CheckAgainDependencies['looking'] &
  AcknowledgeDependencies['looking'] & {
    readonly lookAgain: (signal: Signal, options: LookOptions) => Promise<unknown>;
  };

export interface CarryOutDependencies {
  readonly whisper: Whisper;
  /** Undefined where no Alertmanager may be asked. */
  readonly makeSilence: MakeSilence | undefined;
  readonly looking: Looking;
  /** `SLACK_CHANNEL`. */
  readonly channel: string;
  readonly clusterName: string;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly now: () => Date;
  /** Real time, unless a test has another. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

const clicks = counter('archwatch_clicks_total', 'Clicks on the buttons of messages, by action and what became of them.', [
  'action',
  'outcome',
]);

/** Resolves when the person has been told; rejects, after that, where it failed. Calls `done` as soon as Slack may be answered. */
export function createCarryOut(dependencies: CarryOutDependencies): (click: Click, done: () => void) => Promise<void> {
  const act = createAct(dependencies);
  return async (click, done) => {
    try {
      const told = await act(click, done);
      done();
      await tell(click, told, dependencies);
    } catch (error) {
      dependencies.log.error({ ...about(click), err: error }, `a click came to nothing: ${reasonOf(error)}`);
      await tell(click, failed(click, error), dependencies);
      throw error;
    }
  };
}

function createAct(dependencies: CarryOutDependencies): (click: Click, done: () => void) => Promise<Answer> {
  const { looking, now, pause = sleep } = dependencies;
  const makeSilence = oneAtATime(dependencies.makeSilence);
  const look = createClickLooks({ look: (asked) => looking.lookAgain(new Map(), { asked }), now, pause });
  const run: Readonly<Record<Click['action']['kind'], (click: Click, shown: Shown, done: () => void) => Promise<Answer>>> = {
    'check-again': (click, shown, done) => checkAgain(click, shown, done, { looking, look }),
    acknowledge: (click, shown, done) => acknowledge(click, shown, done, dependencies),
    silence: (click, shown, done) => silence(click, shown, done, { ...dependencies, makeSilence }),
  };
  return async (click, done) => {
    const found = findIncident(await looking.incidents(), click, dependencies);
    return 'outcome' in found ? found : run[click.action.kind](click, found, done);
  };
}

/** Two at once would both find none. */
function oneAtATime(make: MakeSilence | undefined): MakeSilence | undefined {
  const inTurn = createTurns();
  return make && ((wanted) => inTurn(() => make(wanted)));
}

const FAILED: Readonly<Record<Click['action']['kind'], string>> = {
  'check-again': 'The check was not finished',
  acknowledge: 'It was not acknowledged',
  silence: 'It was not silenced',
};

function failed({ action }: Click, error: unknown): Answer {
  return answer(
    'failed',
    `${FAILED[action.kind]}: ${reasonOf(error)}. Click again in a minute; if it stays so, archwatch’s log says more.`,
  );
}

/** The person is told, and so is the log. That nobody could be told changes nothing else. */
async function tell(click: Click, told: Answer, { whisper, log }: CarryOutDependencies): Promise<void> {
  const { channel, user, responseUrl } = click;
  clicks.inc({ action: click.action.kind, outcome: told.outcome });
  log.info({ ...about(click), outcome: told.outcome }, 'click');
  await whisper({ user: user.id, channel, responseUrl }, toWhisper(told)).catch((error: unknown) =>
    log.warn(about(click), `whoever clicked may not have heard what became of it: ${reasonOf(error)}`),
  );
}

function about({ action, user, channel, ts }: Click): object {
  return { action: action.kind, user: user.id, channel, ts };
}
