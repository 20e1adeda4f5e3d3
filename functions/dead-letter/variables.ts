/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { chatVariables } from '../../shared/looking-variables.ts';
import { tracing } from '../../shared/opentelemetry/tracing-settings.ts';
import { senders } from '../../shared/senders.ts';
import { clusterName, logFormat, logLevel, port } from '../../shared/settings.ts';
import { place } from './place.ts';

export const variables = {
  port,
  logLevel,
  logFormat,
  tracing,
  clusterName,
  senders,
  place,
  ...chatVariables,
};

export type Config = Values<typeof variables>;
