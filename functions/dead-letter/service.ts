/** The function itself, made of its configuration. */
import { parseEvents } from '../../shared/cloudevents.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { openChat } from '../../shared/looking.ts';
import type { Service, Surroundings } from '../../shared/service.ts';
import { createDeadLetterHandler } from './handler.ts';
import { createRecords } from './records.ts';
import { createSay } from './say.ts';
import type { Config } from './variables.ts';

export function createService(config: Config, { log, now }: Surroundings): Service {
  const records = createRecords({ ...config.place, log, now });
  const chat = openChat(config, now);
  const say = createSay({ records, chat, clusterName: config.clusterName, log, now });
  return {
    routes: [createDeadLetterHandler({ ...config.senders, parseEvents, records, say, log, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
}
