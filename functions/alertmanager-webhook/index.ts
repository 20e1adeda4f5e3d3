/** Knative function: Alertmanager says something about golden images, so look at the cluster again. */
import { createBearerCheck } from '../../shared/auth.ts';
import { readConfig } from '../../shared/config.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { chatVariables, createLooking, lookingVariables, openChat } from '../../shared/looking.ts';
import { configured, serve } from '../../shared/serve.ts';
import { alertmanagerTokenFile, clusterId, clusterLabels, logFormat, logLevel, port } from '../../shared/settings.ts';
import { createAlertsHandler } from './handler.ts';

const variables = { port, logLevel, logFormat, ...lookingVariables, ...chatVariables, clusterId, clusterLabels, alertmanagerTokenFile };
const config = configured(() => readConfig(process.env, variables));
const now = () => new Date();

void serve(config, (log) => {
  const chat = openChat(config, now);
  const looking = createLooking(config, chat, { log, now });
  const cluster = { name: config.clusterName, id: config.clusterId, labels: config.clusterLabels };
  const authenticate = createBearerCheck(config.alertmanagerTokenFile);
  return {
    routes: [createAlertsHandler({ authenticate, looking, cluster, log, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
});
