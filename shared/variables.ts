/** The variables that functions have in common: read before anything else is loaded. */
import { kubernetes } from './kubernetes/api-client.ts';
import { tracing } from './opentelemetry/tracing-settings.ts';
import * as settings from './settings.ts';

const { port, logLevel, logFormat } = settings;
/** Of every function. */
export const serverVariables = { port, logLevel, logFormat, tracing };

const { slackChannel, slackBotToken, slackApiUrl } = settings;
/** Of the channel. */
export const chatVariables = { slackChannel, slackBotToken, slackApiUrl };

const { clusterName, hyperConverged, kubectl, consoleUrl, slackButtons, incidents, flapWindowMs, dryRun, registryLocalAddresses } =
  settings;
const ofTheCluster = { clusterName, kubernetes, hyperConverged, kubectl, dryRun, registryLocalAddresses };
/** Of the cluster, the record and the message. */
export const lookingVariables = { ...ofTheCluster, consoleUrl, slackButtons, incidents, flapWindowMs };

const { alertmanagerUrl, alertmanagerApiTokenFile, alertmanagerCaFile } = settings;
/** Of the Alertmanager that may be asked. */
export const alertmanagerApiVariables = { alertmanagerUrl, alertmanagerApiTokenFile, alertmanagerCaFile };
