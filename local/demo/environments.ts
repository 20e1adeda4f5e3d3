/** How the functions of the demo are configured, as a deployment would: files, addresses, and where their records are. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionsOptions } from './functions.ts';
import { kubeconfigFor } from './kubeconfig.ts';

export interface EnvironmentOptions {
  /** The one port's. */
  readonly url: string;
  readonly clusterName: string;
  readonly channel: string;
  readonly slackToken: string;
  readonly signingSecret: string;
  /** Of Alertmanager's API. */
  readonly alertmanagerUrl: string;
  readonly alertmanagerToken: string;
  /** Takes what removes the files again. */
  readonly ends: (() => void | Promise<void>)[];
}

/** Incidents, shared by the functions that look; the dead letters have a record of their own. */
const INCIDENTS = 'configmap:archwatch/incidents';
const DEAD_LETTERS = 'configmap:archwatch/dead-letters';
const SLACK_BUTTONS = 'check-again,acknowledge,silence';

/** Writes the files, readable by this user alone. */
export async function writeEnvironments(options: EnvironmentOptions): Promise<FunctionsOptions['environments']> {
  const { url, clusterName, channel, slackToken, signingSecret, alertmanagerUrl, alertmanagerToken, ends } = options;
  const folder = await mkdtemp(join(tmpdir(), 'archwatch-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const keep = (name: string, content: string) => writeFile(join(folder, name), content, { mode: 0o600 }).then(() => join(folder, name));
  const common = {
    CLUSTER_NAME: clusterName,
    KUBECONFIG: await keep('kubeconfig', kubeconfigFor(`${url}/kubernetes`)),
    SLACK_API_URL: `${url}/slack/api/`,
    SLACK_CHANNEL: channel,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', slackToken),
  };
  const looking = { ...common, INCIDENTS, SLACK_BUTTONS };
  const tokens = await keep('alertmanager-token', alertmanagerToken);
  const secret = await keep('slack-signing-secret', signingSecret);
  return {
    'alertmanager-webhook': { ...looking, ALERTMANAGER_TOKEN_FILE: tokens },
    'node-events': looking,
    'slack-actions': { ...looking, SLACK_SIGNING_SECRET_FILE: secret, ALERTMANAGER_URL: alertmanagerUrl },
    'dead-letter': { ...common, DEAD_LETTERS },
  };
}
