/** How Alertmanager's API is asked, by what the environment says of it. */
import type { AlertmanagerApiOptions } from './alertmanager/request.ts';
import { readSecret } from './auth.ts';
import type { Values } from './config.ts';
import type { alertmanagerApiVariables } from './variables.ts';

/** Undefined where no `ALERTMANAGER_URL` is set. The token is read for each call, so that a rotated one holds at once. */
export function alertmanagerAccess(config: Values<typeof alertmanagerApiVariables>): AlertmanagerApiOptions | undefined {
  const { alertmanagerUrl: url, alertmanagerApiTokenFile: file, alertmanagerCaFile: caFile } = config;
  if (url === undefined) return undefined;
  return { url, token: file === undefined ? undefined : () => readSecret({ file }), caFile };
}
