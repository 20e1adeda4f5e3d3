/** A real Prometheus with given rules and targets. */
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onFreePort } from './ports.ts';
import { startProgram } from './process.ts';
import { temporaryFolder } from './running.ts';
import { answersOk, waitUntil } from './wait.ts';

type Labels = Readonly<Record<string, string>>;

/** An alerting rule, in Prometheus' own words. */
export interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels?: Labels;
  readonly annotations?: Labels;
}

export interface ScrapeTarget {
  /** Host and port. */
  readonly address: string;
  /** What service discovery would put on every series of it. */
  readonly labels: Labels;
}

export interface PrometheusSettings {
  readonly rules: readonly Rule[];
  readonly scrapeTargets: readonly ScrapeTarget[];
  readonly alertmanagerUrl: string;
  /** Between scrapes and between evaluations; one second unless given. */
  readonly scrapeInterval?: string;
}

export interface Prometheus {
  readonly url: string;
  /** Replaces the targets, as when the operator's pod is another one; done when Prometheus has noticed, at most 5 seconds later. */
  scrape(targets: readonly ScrapeTarget[]): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

/** Starts a Prometheus that knows its rules and targets. */
export async function startPrometheus(settings: PrometheusSettings): Promise<Prometheus> {
  const folder = await temporaryFolder();
  const config = join(folder, 'prometheus.yml');
  await writeFile(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'rules', rules: settings.rules }] }));
  await writeFile(config, JSON.stringify(configuration(settings)));
  return onFreePort(async (port) => {
    const url = `http://127.0.0.1:${port}`;
    const args = [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--rules.alert.resend-delay=1s',
    ];
    const env = { PATH: process.env.PATH };
    const program = await startProgram({ name: 'prometheus', command: 'prometheus', args, env, ready: () => answersOk(`${url}/-/ready`) });
    const scrape = async (targets: readonly ScrapeTarget[]) => {
      await writeTargets(folder, targets);
      await waitUntil('Prometheus knows its targets', () => checkTargets(url, targets));
    };
    const stop = async () => {
      await program.stop();
      await rm(folder, { recursive: true, force: true });
    };
    await scrape(settings.scrapeTargets);
    return { url, scrape, output: program.output, stop };
  });
}

/** Prometheus' configuration: JSON, which is YAML too. Files are found beside it. */
function configuration({ alertmanagerUrl, scrapeInterval = '1s' }: PrometheusSettings): object {
  return {
    global: { scrape_interval: scrapeInterval, scrape_timeout: scrapeInterval, evaluation_interval: scrapeInterval },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'targets', file_sd_configs: [{ files: ['targets.json'] }] }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanagerUrl).host] }] }] },
  };
}

/** In one step, so that Prometheus never reads half a file. */
async function writeTargets(folder: string, targets: readonly ScrapeTarget[]): Promise<void> {
  const file = join(folder, 'targets.json');
  await writeFile(`${file}.new`, JSON.stringify(targets.map(({ address, labels }) => ({ targets: [address], labels }))));
  await rename(`${file}.new`, file);
}

async function checkTargets(url: string, targets: readonly ScrapeTarget[]): Promise<void> {
  const { data } = JSON.parse(await (await fetch(`${url}/api/v1/targets?state=active`)).text());
  const active: readonly { readonly labels: Labels }[] = data.activeTargets;
  const known = targets.every((target) =>
    active.some(({ labels }) => Object.entries(target.labels).every(([name, value]) => labels[name] === value)),
  );
  if (!known || active.length !== targets.length) throw new Error(`it has ${JSON.stringify(active.map(({ labels }) => labels))}`);
}
