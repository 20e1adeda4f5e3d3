/** "Acknowledge": a person takes care of it. No look is needed, only the record. */
import { acknowledge as acknowledged } from '../../shared/incidents/acknowledge.ts';
import type { Incident } from '../../shared/incidents/incident.ts';
import type { LookAgain } from '../../shared/look-again/look-again.ts';
import { date, user as person } from '../../shared/slack/rich-text.ts';
import { type Answer, answer } from './answer.ts';
import { EARLIER, isShownIn, type Shown } from './find-incident.ts';
import type { Click } from './interaction.ts';
import { unsaid } from './unsaid.ts';

export interface AcknowledgeDependencies {
  readonly looking: Pick<LookAgain, 'change'>;
  readonly now: () => Date;
}

/** Slack is answered when it is on record. Throws where it is not. */
export async function acknowledge(
  click: Click,
  shown: Shown,
  done: () => void,
  { looking, now }: AcknowledgeDependencies,
): Promise<Answer> {
  let before = shown.incident;
  const { incident, say } = await looking.change(shown.incident.alert, (current) => {
    before = current;
    return isShownIn(current, click) ? acknowledged(current, { by: click.user.id, at: now().toISOString() }) : current;
  });
  done();
  if (!isShownIn(before, click)) return EARLIER;
  const failure = await say().then(
    () => undefined,
    (error: unknown) => error,
  );
  const outcome = incident === before ? nothingToDo(before, click) : given(before);
  return failure === undefined ? outcome : unsaid(outcome, failure);
}

function nothingToDo({ episode }: Incident, { user }: Click): Answer {
  const known = episode?.acknowledged;
  if (known?.by === user.id) return answer('nothing-to-do', 'You have acknowledged it already, at ', date(known.at), '.');
  return answer('nothing-to-do', 'It is over: there is nothing to acknowledge.');
}

/** The latest person stands; whoever was there before them is named. */
function given({ episode }: Incident): Answer {
  const before = episode?.acknowledged;
  if (before === undefined) return answer('acknowledged', 'You have acknowledged it.');
  return answer(
    'acknowledged',
    ...['You have acknowledged it. It was already acknowledged by ', person(before.by), ' at ', date(before.at)],
    '; the message names you now.',
  );
}
