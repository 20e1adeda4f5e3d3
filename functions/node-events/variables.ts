/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { senders } from '../../shared/senders.ts';
import { clusterId, clusterLabels } from '../../shared/settings.ts';
import { alertmanagerApiVariables, chatVariables, lookingVariables, serverVariables } from '../../shared/variables.ts';

const common = { ...serverVariables, ...lookingVariables, ...chatVariables, ...alertmanagerApiVariables };
export const variables = { ...common, clusterId, clusterLabels, senders };

export type Config = Values<typeof variables>;
