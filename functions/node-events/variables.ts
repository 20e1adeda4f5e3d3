/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { chatVariables, lookingVariables } from '../../shared/looking-variables.ts';
import { tracing } from '../../shared/opentelemetry/tracing-settings.ts';
import { senders } from '../../shared/senders.ts';
import {
  alertmanagerApiTokenFile,
  alertmanagerCaFile,
  alertmanagerUrl,
  clusterId,
  clusterLabels,
  logFormat,
  logLevel,
  port,
} from '../../shared/settings.ts';

export const variables = {
  port,
  logLevel,
  logFormat,
  tracing,
  ...lookingVariables,
  ...chatVariables,
  clusterId,
  clusterLabels,
  senders,
  alertmanagerUrl,
  alertmanagerApiTokenFile,
  alertmanagerCaFile,
};

export type Config = Values<typeof variables>;
