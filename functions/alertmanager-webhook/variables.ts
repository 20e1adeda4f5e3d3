/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { alertmanagerTokenFile, clusterId, clusterLabels } from '../../shared/settings.ts';
import { chatVariables, lookingVariables, serverVariables } from '../../shared/variables.ts';

export const variables = { ...serverVariables, ...lookingVariables, ...chatVariables, clusterId, clusterLabels, alertmanagerTokenFile };

export type Config = Values<typeof variables>;
