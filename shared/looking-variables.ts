/** The variables of what functions have in common: read before anything else is loaded. */
import { kubernetes } from './kubernetes/api-client.ts';
import * as settings from './settings.ts';

const { slackChannel, slackBotToken, slackApiUrl } = settings;
/** The variables of the channel. */
export const chatVariables = { slackChannel, slackBotToken, slackApiUrl };

const { clusterName, hyperConverged, kubectl, consoleUrl, slackButtons, incidents, flapWindowMs, dryRun, registryLocalAddresses } =
  settings;
const ofTheCluster = { clusterName, kubernetes, hyperConverged, kubectl, dryRun, registryLocalAddresses };
/** The variables of the cluster, the record and the message. */
export const lookingVariables = { ...ofTheCluster, consoleUrl, slackButtons, incidents, flapWindowMs };
