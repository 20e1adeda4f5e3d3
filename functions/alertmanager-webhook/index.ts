/** Knative function: Alertmanager says something about golden images, so look at the cluster again. */
import { createBearerCheck, readSecret } from '../../shared/auth.ts';
import { readConfig } from '../../shared/config.ts';
import { createMemoryStore } from '../../shared/incidents/store.ts';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { createCluster } from '../../shared/kubernetes/cluster.ts';
import { createLookAgain } from '../../shared/look-again.ts';
import { configured, serve } from '../../shared/serve.ts';
import * as settings from '../../shared/settings.ts';
import { createChat } from '../../shared/slack/chat.ts';
import { createAlertsHandler } from './handler.ts';

const { alertmanagerTokenFile, clusterId, clusterLabels, clusterName, consoleUrl, flapWindowMs, hyperConverged, incidents } = settings;
const { kubectl, logFormat, logLevel, port, slackApiUrl, slackBotToken, slackChannel } = settings;
const variables = {
  ...{ port, logLevel, logFormat, alertmanagerTokenFile },
  ...{ clusterName, clusterId, clusterLabels, kubernetes, hyperConverged, kubectl, consoleUrl },
  ...{ slackChannel, slackBotToken, slackApiUrl, incidents, flapWindowMs },
};
const config = configured(() => readConfig(process.env, variables));
const now = () => new Date();

await serve(config, (log) => {
  const { slackChannel: channel, slackApiUrl: apiUrl } = config;
  const looking = createLookAgain({
    cluster: createCluster({ connect: config.kubernetes.connect, hyperConverged: config.hyperConverged, now, log }),
    incidents: createMemoryStore(),
    chat: createChat({ token: () => readSecret(config.slackBotToken), channel, apiUrl, now }),
    settings: { consoleUrl: config.consoleUrl },
    clusterName: config.clusterName,
    kubectl: config.kubectl,
    flapWindowMs: config.flapWindowMs,
    log,
    now,
  });
  const cluster = { name: config.clusterName, id: config.clusterId, labels: config.clusterLabels };
  return [createAlertsHandler({ authenticate: createBearerCheck(config.alertmanagerTokenFile), looking, cluster, log, now })];
});
