/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { chatVariables, lookingVariables } from '../../shared/looking-variables.ts';
import { tracing } from '../../shared/opentelemetry/tracing-settings.ts';
import {
  alertmanagerApiTokenFile,
  alertmanagerCaFile,
  alertmanagerUrl,
  logFormat,
  logLevel,
  port,
  slackSigningSecret,
} from '../../shared/settings.ts';

export const variables = {
  port,
  logLevel,
  logFormat,
  tracing,
  ...lookingVariables,
  ...chatVariables,
  slackSigningSecret,
  alertmanagerUrl,
  alertmanagerApiTokenFile,
  alertmanagerCaFile,
};

export type Config = Values<typeof variables>;
