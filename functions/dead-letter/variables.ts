/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { senders } from '../../shared/senders.ts';
import { clusterName } from '../../shared/settings.ts';
import { chatVariables, serverVariables } from '../../shared/variables.ts';
import { place } from './place.ts';

export const variables = { ...serverVariables, ...chatVariables, clusterName, senders, place };

export type Config = Values<typeof variables>;
