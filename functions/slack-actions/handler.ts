/** A click below a message → check again, acknowledge, silence. */
import { noteDelivery } from '../../shared/delivery.ts';
import type { HttpAnswer, Route } from '../../shared/http/route.ts';
import { inTime } from '../../shared/in-time.ts';
import type { SignatureCheck } from '../../shared/slack/request-signature.ts';
import { type CarryOutDependencies, createCarryOut } from './carry-out.ts';
import { type Click, parseInteraction } from './interaction.ts';

export interface ActionsHandlerDependencies extends CarryOutDependencies {
  readonly check: SignatureCheck;
}

export interface ActionsHandler {
  readonly route: Route;
  /** Resolves when nothing is at work any more for a click that was answered. */
  readonly finished: () => Promise<void>;
}

const MAX_BODY = 1024 * 1024;
/** A stranger can begin a body; one that comes later than this is answered too late for Slack. */
const BODY_TIME_MS = 2_000;
/** Slack shows a warning after 3 s. */
const ANSWER_TIME_MS = 2_500;
/** A body would be taken for a message. */
const DONE: HttpAnswer = { status: 200 };

/**
 * `POST /slack/actions`: 200 when an acknowledgement is on record, or when the rest is begun, which is finished behind the answer;
 * whoever clicked hears what came of it.
 */
export function createActionsHandler(dependencies: ActionsHandlerDependencies): ActionsHandler {
  const { check } = dependencies;
  const carryOut = createCarryOut(dependencies);
  const atWork = new Set<Promise<void>>();
  const begin = (click: Click): Promise<void> => {
    const { promise: mayAnswer, resolve, reject } = Promise.withResolvers<void>();
    const work = carryOut(click, resolve).then(resolve, reject);
    atWork.add(work);
    void work.then(() => atWork.delete(work));
    return mayAnswer;
  };
  return {
    route: {
      method: 'post',
      path: '/slack/actions',
      bodyLimit: MAX_BODY,
      bodyTimeMs: BODY_TIME_MS,
      isDelivery: true,
      authenticate: check.fresh,
      handle: async ({ headers, body }) => {
        await check.signed(headers, body);
        const interaction = parseInteraction(body);
        if (interaction.kind === 'other') {
          noteDelivery({ what: interaction.what });
          return DONE;
        }
        const { action, user, channel, ts } = interaction.click;
        noteDelivery({ action: action.kind, user: user.id, channel, ts });
        await inTime(begin(interaction.click), ANSWER_TIME_MS);
        return DONE;
      },
    },
    finished: async () => void (await Promise.all(atWork)),
  };
}
