/** What the environment says to it. */
import type { Values } from '../../shared/config.ts';
import { slackSigningSecret } from '../../shared/settings.ts';
import { alertmanagerApiVariables, chatVariables, lookingVariables, serverVariables } from '../../shared/variables.ts';

const common = { ...serverVariables, ...lookingVariables, ...chatVariables, ...alertmanagerApiVariables };
export const variables = { ...common, slackSigningSecret };

export type Config = Values<typeof variables>;
