/** A real Alertmanager, alone, with one webhook receiver. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onFreePort } from './ports.ts';
import { startProgram } from './process.ts';
import { temporaryFolder } from './running.ts';
import { answersOk } from './wait.ts';

type Labels = Readonly<Record<string, string>>;

/** An alert as Prometheus posts it. */
export interface Alert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: string;
  /** In the past for an alert that is over. */
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface AlertmanagerSettings {
  /** Where deliveries go. */
  readonly webhookUrl: string;
  /** The bearer token that they carry. */
  readonly token: string;
  /** One second unless given. */
  readonly groupWait?: string;
  /** Two seconds unless given. */
  readonly groupInterval?: string;
  /** Labels; alert name and namespace unless given. */
  readonly groupBy?: readonly string[];
}

/** An alert as Alertmanager lists it. */
export interface ListedAlert extends Alert {
  readonly fingerprint: string;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

export interface Alertmanager {
  readonly url: string;
  sendAlerts(alerts: readonly Alert[]): Promise<void>;
  /** Those that have not ended. */
  alerts(): Promise<readonly ListedAlert[]>;
  output(): string;
  stop(): Promise<void>;
}

/** Alertmanager's configuration for these settings, with the token in that file. */
export type Configure = (settings: AlertmanagerSettings, tokenFile: string) => object;

/** Starts an Alertmanager that, unless told otherwise, groups by alert name and namespace, as the captured deliveries were. */
export async function startAlertmanager(settings: AlertmanagerSettings, configure: Configure = configuration): Promise<Alertmanager> {
  const folder = await temporaryFolder();
  const [config, token] = [join(folder, 'alertmanager.yml'), join(folder, 'token')];
  await writeFile(token, settings.token);
  await writeFile(config, JSON.stringify(configure(settings, token)));
  return onFreePort(async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${config}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--web.external-url=${url}`,
      '--cluster.listen-address=',
    ];
    const program = await startProgram({
      name: 'alertmanager',
      command: 'prometheus-alertmanager',
      args,
      env,
      ready: () => answersOk(`${url}/-/ready`),
    });
    const stop = async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    };
    return { url, sendAlerts: (alerts) => sendAlerts(url, alerts), alerts: () => listAlerts(url), output: program.output, stop };
  });
}

const env = { PATH: process.env.PATH };

/** JSON, which is YAML too. */
function configuration(settings: AlertmanagerSettings, tokenFile: string): object {
  const { webhookUrl, groupWait = '1s', groupInterval = '2s', groupBy = ['alertname', 'namespace'] } = settings;
  const receiver = {
    name: 'archwatch',
    webhook_configs: [{ url: webhookUrl, http_config: { authorization: { credentials_file: tokenFile } } }],
  };
  const route = { receiver: receiver.name, group_by: groupBy, group_wait: groupWait, group_interval: groupInterval };
  return { route, receivers: [receiver] };
}

async function sendAlerts(url: string, alerts: readonly Alert[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers, body: JSON.stringify(alerts) });
  if (!response.ok) throw new Error(`Alertmanager answered ${response.status} to new alerts: ${await response.text()}`);
}

async function listAlerts(url: string): Promise<readonly ListedAlert[]> {
  return JSON.parse(await (await fetch(`${url}/api/v2/alerts`)).text());
}
