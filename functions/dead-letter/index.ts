/** Knative function: events that nobody could handle are counted, and a person is told of them, once an hour at most. */
import { parseEvents } from '../../shared/cloudevents.ts';
import { readConfig } from '../../shared/config.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { chatVariables, openChat } from '../../shared/looking.ts';
import { configured, serve } from '../../shared/serve.ts';
import { clusterName, logFormat, logLevel, port } from '../../shared/settings.ts';
import { createDeadLetterHandler } from './handler.ts';
import { place } from './place.ts';
import { createRecords } from './records.ts';
import { createSay } from './say.ts';

const variables = { port, logLevel, logFormat, clusterName, place, ...chatVariables };
const config = configured(() => readConfig(process.env, variables));
const now = () => new Date();

void serve(config, (log) => {
  const records = createRecords({ ...config.place, log, now });
  const chat = openChat(config, now);
  const say = createSay({ records, chat, clusterName: config.clusterName, log, now });
  return {
    routes: [createDeadLetterHandler({ parseEvents, records, say, log, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
});
