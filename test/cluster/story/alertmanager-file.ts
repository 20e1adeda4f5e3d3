/** The Alertmanager configuration that we ship, as a person would adapt it: another address, the token where it is, and less patience. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Configure } from '../servers/alertmanager.ts';
import { REPOSITORY } from '../servers/paths.ts';

export const shippedConfiguration: Configure = ({ webhookUrl, groupWait = '1s', groupInterval = '2s' }, tokenFile) => {
  const { route, receivers } = parse(readFileSync(join(REPOSITORY, 'knative/alertmanager/alertmanager.yml'), 'utf8'));
  const [ours] = route.routes;
  const [webhook] = receivers.find(({ name }: { readonly name: string }) => name === ours.receiver).webhook_configs;
  ours.group_wait = groupWait;
  ours.group_interval = groupInterval;
  webhook.url = webhookUrl;
  webhook.http_config.authorization.credentials_file = tokenFile;
  return { route, receivers };
};
