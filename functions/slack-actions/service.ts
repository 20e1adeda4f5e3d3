/** The function itself, made of its configuration. */
import { createMakeSilence } from '../../shared/alertmanager/silences.ts';
import { alertmanagerAccess } from '../../shared/alertmanager-access.ts';
import { readSecret } from '../../shared/auth.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { createLooking, openChat } from '../../shared/looking.ts';
import type { Service, Surroundings } from '../../shared/service.ts';
import { createSignatureCheck } from '../../shared/slack/request-signature.ts';
import { createWhisper } from '../../shared/slack/whisper.ts';
import { createActionsHandler } from './handler.ts';
import type { Config } from './variables.ts';

export function createService(config: Config, { log, now }: Surroundings): Service {
  const chat = openChat(config, now);
  const looking = createLooking(config, chat, { log, now });
  const access = alertmanagerAccess(config);
  const { route, finished } = createActionsHandler({
    check: createSignatureCheck({ secret: () => readSecret(config.slackSigningSecret), now }),
    whisper: createWhisper({ token: () => readSecret(config.slackBotToken), apiUrl: config.slackApiUrl, now, log }),
    makeSilence: access && createMakeSilence(access),
    ...{ channel: config.slackChannel, clusterName: config.clusterName, looking, log, now },
  });
  return { routes: [route], onListening: () => warnIfBlind(chat, log, now()), onClosing: finished };
}
