/** Knative function: a Node or the HyperConverged changed, or an hour passed, so look at the cluster again. */
import { createAlertmanagerApi } from '../../shared/alertmanager/api.ts';
import { readSecret } from '../../shared/auth.ts';
import { readConfig } from '../../shared/config.ts';
import { warnIfBlind } from '../../shared/look-again/look-back.ts';
import { chatVariables, createLooking, lookingVariables, openChat } from '../../shared/looking.ts';
import { createPull } from '../../shared/pull-claims.ts';
import { configured, serve } from '../../shared/serve.ts';
import * as settings from '../../shared/settings.ts';
import { createNodeEventsHandler } from './handler.ts';

const { alertmanagerApiTokenFile, alertmanagerCaFile, alertmanagerUrl, clusterId, clusterLabels, logFormat, logLevel, port } = settings;
const variables = {
  ...{ port, logLevel, logFormat, ...lookingVariables, ...chatVariables, clusterId, clusterLabels },
  ...{ alertmanagerUrl, alertmanagerApiTokenFile, alertmanagerCaFile },
};
const config = configured(() => readConfig(process.env, variables));
const now = () => new Date();

void serve(config, (log) => {
  const chat = openChat(config, now);
  const looking = createLooking(config, chat, { log, now });
  const cluster = { name: config.clusterName, id: config.clusterId, labels: config.clusterLabels };
  const { alertmanagerUrl: url, alertmanagerApiTokenFile: file, alertmanagerCaFile: caFile } = config;
  const token = file === undefined ? undefined : () => readSecret({ file });
  const pull =
    url === undefined ? {} : { pull: createPull({ alertmanager: createAlertmanagerApi({ url, token, caFile }), cluster, log, now }) };
  return {
    routes: [createNodeEventsHandler({ looking, ...pull, cluster, log, now })],
    onListening: () => warnIfBlind(chat, log, now()),
  };
});
