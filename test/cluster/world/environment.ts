/** What a function of a world is configured with. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfigFor } from '../../../local/demo/kubeconfig.ts';
import { NAME } from '../hyperconverged.ts';
import { temporaryFolder } from '../servers/running.ts';
import type { RunningSlack } from '../servers/slack.ts';

export const CLUSTER_NAME = 'prod-eu-1';
/** Alertmanager's. */
export const TOKEN = 'of-alertmanager';
/** The ConfigMap. */
export const RECORD = 'archwatch';

export interface EnvironmentSettings {
  readonly namespace: string;
  /** In front of the API server and of Slack. */
  readonly proxyUrl: string;
  readonly slack: Pick<RunningSlack, 'channel' | 'token'>;
}

export async function environmentOf({ namespace, proxyUrl, slack }: EnvironmentSettings): Promise<Readonly<Record<string, string>>> {
  const folder = await temporaryFolder();
  const keep = async (file: string, content: string) => {
    await writeFile(join(folder, file), content);
    return join(folder, file);
  };
  return {
    CLUSTER_NAME,
    HYPERCONVERGED: `${namespace}/${NAME}`,
    KUBECONFIG: await keep('kubeconfig', kubeconfigFor(proxyUrl)),
    SLACK_API_URL: `${proxyUrl}/slack/api/`,
    SLACK_CHANNEL: slack.channel.id,
    SLACK_BOT_TOKEN_FILE: await keep('slack-token', slack.token),
    ALERTMANAGER_TOKEN_FILE: await keep('alertmanager-token', TOKEN),
    INCIDENTS: `configmap:${namespace}/${RECORD}`,
    NODE_COMPILE_CACHE: await compileCache(),
  };
}

let cache: Promise<string> | undefined;

/** Hundreds of processes start from the same source. */
function compileCache(): Promise<string> {
  cache ??= temporaryFolder();
  return cache;
}
