/** "Silence": Alertmanager notifies nobody for a while, because a person asked for it. */
import type { MadeSilence, MakeSilence } from '../../shared/alertmanager/silences.ts';
import type { Incident, Silence } from '../../shared/incidents/incident.ts';
import { silence as silenced } from '../../shared/incidents/silence.ts';
import type { LookAgain } from '../../shared/look-again/look-again.ts';
import { SILENCE_HOURS, type SilenceChoice } from '../../shared/slack/actions.ts';
import { date, user as person } from '../../shared/slack/rich-text.ts';
import { type Answer, answer } from './answer.ts';
import { isShownIn, type Shown } from './find-incident.ts';
import type { Click } from './interaction.ts';
import { reasonOf } from './reason.ts';
import { byHand, commentOf, type Described, describe } from './silence-words.ts';
import { unsaid } from './unsaid.ts';

export interface SilenceDependencies {
  readonly looking: Pick<LookAgain, 'change'>;
  /** Undefined where no Alertmanager may be asked. */
  readonly makeSilence: MakeSilence | undefined;
  readonly clusterName: string;
  readonly now: () => Date;
}

const HOUR_MS = 3_600_000;

/** Slack may be answered at once; the person hears what came of it. Throws where Alertmanager did not do it: then nothing is on record. */
export async function silence(click: Click, shown: Shown, done: () => void, dependencies: SilenceDependencies): Promise<Answer> {
  done();
  const { makeSilence, clusterName, now } = dependencies;
  const choice = click.action.kind === 'silence' ? click.action.choice : undefined;
  if (choice === undefined) return answer('refused', 'Nothing was silenced: this menu is of another release of archwatch.');
  const wanted = describe(shown.incident);
  if (makeSilence === undefined) return byHand(wanted, choice, click, clusterName);
  const startsAt = now();
  const made = await makeSilence({
    matchers: wanted.matchers,
    ...{ startsAt, endsAt: endOf(startsAt, choice) },
    createdBy: `${click.user.name} (${click.user.id})`,
    comment: commentOf(click, clusterName),
  });
  return record(click, shown, { wanted, made, at: startsAt.toISOString() }, dependencies);
}

function endOf(start: Date, choice: SilenceChoice): Date {
  return new Date(start.getTime() + SILENCE_HOURS[choice] * HOUR_MS);
}

interface Done {
  readonly wanted: Described;
  readonly made: MadeSilence;
  readonly at: string;
}

async function record(
  click: Click,
  { incident: { alert } }: Shown,
  { wanted, made, at }: Done,
  { looking }: SilenceDependencies,
): Promise<Answer> {
  const entry: Silence = { id: made.id, by: click.user.id, at, until: made.endsAt, matchers: wanted.matchers };
  let before: Silence | undefined;
  const change = (incident: Incident) => {
    before = incident.episode?.silenced;
    return isShownIn(incident, click) ? silenced(incident, entry) : incident;
  };
  try {
    const { say } = await looking.change(alert, change);
    const outcome = told(wanted, made, before, click);
    return await say().then(
      () => outcome,
      (error: unknown) => unsaid(outcome, error),
    );
  } catch (error) {
    const { outcome, pieces } = told(wanted, made, undefined, click);
    return answer(outcome, ...pieces, ` That could not be put on record (${reasonOf(error)}), so the message does not say it.`);
  }
}

/** `before` is what was on record. */
function told({ reach }: Described, { id, isOld, endsAt }: MadeSilence, before: Silence | undefined, { user }: Click): Answer {
  if (!isOld) return answer('silenced', 'Silenced until ', date(endsAt), `: ${reach}`);
  const by = before?.id === id ? [' by ', before.by === user.id ? 'you' : person(before.by)] : [];
  return answer('nothing-to-do', 'It is silenced already', ...by, ', until ', date(endsAt), '.');
}
