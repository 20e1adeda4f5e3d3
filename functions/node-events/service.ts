/** The function itself, made of its configuration. */
import { createAlertmanagerApi } from '../../shared/alertmanager/api.ts';
import { alertmanagerAccess } from '../../shared/alertmanager-access.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { createLooking, openChat } from '../../shared/looking.ts';
import { createPull } from '../../shared/pull-claims.ts';
import type { Service, Surroundings } from '../../shared/service.ts';
import { createNodeEventsHandler } from './handler.ts';
import type { Config } from './variables.ts';

export function createService(config: Config, { log, now }: Surroundings): Service {
  const chat = openChat(config, now);
  const looking = createLooking(config, chat, { log, now });
  const cluster = { name: config.clusterName, id: config.clusterId, labels: config.clusterLabels };
  const access = alertmanagerAccess(config);
  const pull = access && { pull: createPull({ alertmanager: createAlertmanagerApi(access), cluster, log, now }) };
  return {
    routes: [createNodeEventsHandler({ ...config.senders, looking, ...pull, cluster, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
}
