/** The function itself, made of its configuration. */
import { createBearerCheck } from '../../shared/auth.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { createLooking, openChat } from '../../shared/looking.ts';
import type { Service, Surroundings } from '../../shared/service.ts';
import { createAlertsHandler } from './handler.ts';
import type { Config } from './variables.ts';

export function createService(config: Config, { log, now }: Surroundings): Service {
  const chat = openChat(config, now);
  const looking = createLooking(config, chat, { log, now });
  const cluster = { name: config.clusterName, id: config.clusterId, labels: config.clusterLabels };
  const authenticate = createBearerCheck(config.alertmanagerTokenFile);
  return {
    routes: [createAlertsHandler({ authenticate, looking, cluster, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
}
