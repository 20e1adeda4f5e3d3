/** archwatch's own alerts, by Prometheus' own reckoning: functions that sleep start their counters anew, and must be heard all the same. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readManifest, readManifestText } from '../../knative/manifests.ts';
import { run } from '../servers/process.ts';
import { temporaryFolder } from '../servers/running.ts';

interface Case {
  readonly when: string;
  /** By series, its values a minute apart, in promtool's notation: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/. */
  readonly series: Readonly<Record<string, string>>;
  readonly at: string;
  /** The alerts that fire then. */
  readonly fires: readonly string[];
}

const UP = 'up{namespace="archwatch", function="alertmanager-webhook", pod="w"}';
/** In seconds, as time is there; it begins at 0. */
const CHECKED = 'archwatch_facts_checked_timestamp_seconds{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", pod="n"}';
const OTHER = CHECKED.replace('HCOMultiArchGoldenImagesDisabled', 'HCOGoldenImageWithNoSupportedArchitecture');
const quiet = { [UP]: '1x1000', [CHECKED]: '0+60x1000' };
const refused = 'archwatch_slack_refusals_total{namespace="archwatch", reason="is_archived", pod="w"}';
const unknown = 'archwatch_looks_total{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", condition="unknown", pod="w"}';
const present = 'archwatch_looks_total{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", condition="present", pod="w"}';
const letters = 'archwatch_dead_letters_total{namespace="archwatch", type="dev.knative.sources.ping", pod="d"}';
const unrecorded = 'archwatch_record_failures_total{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", pod="w"}';

const cases: readonly Case[] = [
  { when: 'all is well', series: { ...quiet, [present]: '0+1x100' }, at: '60m', fires: [] },
  {
    when: 'counters stay where they are for long',
    series: { ...quiet, [refused]: '7x100', [unknown]: '7x100', [letters]: '7x100' },
    at: '60m',
    fires: [],
  },
  { when: 'Slack refuses more and more', series: { ...quiet, [refused]: '7x40 8+1x30' }, at: '50m', fires: ['ArchwatchCannotPost'] },
  {
    when: 'Slack refuses, and a new process counts it once',
    series: { ...quiet, [refused]: '_x40 1x30' },
    at: '50m',
    fires: ['ArchwatchCannotPost'],
  },
  { when: 'Slack refused one call and then took it', series: { ...quiet, [refused]: '_x40 1x60' }, at: '70m', fires: [] },
  { when: 'looks read not everything', series: { ...quiet, [unknown]: '0x40 1+1x30' }, at: '50m', fires: ['ArchwatchCannotRead'] },
  { when: 'looks are not recorded', series: { ...quiet, [unrecorded]: '_x40 1+1x30' }, at: '50m', fires: ['ArchwatchCannotRecord'] },
  {
    when: 'the record is full',
    series: { ...quiet, 'archwatch_record_full_total{namespace="archwatch", pod="w"}': '0x40 1+1x30' },
    at: '50m',
    fires: ['ArchwatchCannotRecord'],
  },
  {
    when: 'dead letters cannot be said',
    series: { ...quiet, 'archwatch_dead_letter_failures_total{namespace="archwatch", what="message", pod="d"}': '_x40 1+1x30' },
    at: '50m',
    fires: ['ArchwatchCannotRecord'],
  },
  {
    when: 'a dead letter wakes a function that then sleeps again',
    series: { ...quiet, [letters]: '_x40 1x2 _x30' },
    at: '47m',
    fires: ['ArchwatchDeadLetters'],
  },
  { when: 'the one dead letter was long ago', series: { ...quiet, [letters]: '_x40 1x60' }, at: '70m', fires: [] },
  { when: 'a new process looks each hour', series: { [UP]: '1x1000', ...looksOf(10) }, at: '9h', fires: [] },
  { when: 'one process looks for long', series: quiet, at: '9h', fires: [] },
  {
    when: 'the function that is always there looked long ago, and others since',
    series: { [UP]: '1x1000', [CHECKED.replace('"n"', '"w"')]: '60x1000', ...looksOf(10) },
    at: '9h',
    fires: [],
  },
  { when: 'nobody ever looked', series: { [UP]: '1x1000' }, at: '2h', fires: ['ArchwatchStaleFacts'] },
  {
    when: 'looks stopped, and the process is still there',
    series: { [UP]: '1x1000', [CHECKED]: '0+60x60 3600x1000' },
    at: '12h',
    fires: ['ArchwatchStaleFacts'],
  },
  { when: 'looks stopped, and all processes sleep', series: { [UP]: '1x1000', ...looksOf(3) }, at: '12h', fires: ['ArchwatchStaleFacts'] },
  {
    when: 'one of the alerts cannot be judged for hours',
    series: { ...quiet, [OTHER]: '0+60x60 3600x1000' },
    at: '6h',
    fires: ['ArchwatchStaleFacts'],
  },
  {
    when: 'no pod of the function that is always there is up',
    series: { [CHECKED]: '0+60x1000', [UP]: '1x30 0x100' },
    at: '60m',
    fires: ['ArchwatchDown'],
  },
];

describe('archwatch’s own alerts', () => {
  const { groups } = readManifest('components/monitoring/rules.yaml').spec;
  const all: readonly string[] = groups[0].rules.map(({ alert }: { readonly alert: string }) => alert);

  it('are rules that Prometheus takes', async () => {
    assert.match(await promtool(['check', 'rules', await rulesFile(groups)]), /6 rules found/);
  });

  it('and what the dashboard asks is understood', async () => {
    const { panels } = JSON.parse(readManifestText('components/monitoring/archwatch.json'));
    const asked: readonly string[] = panels.flatMap(({ targets }: { readonly targets: readonly { readonly expr: string }[] }) =>
      targets.map(({ expr }) => expr.replaceAll('$__rate_interval', '5m').replaceAll('$__range', '1h')),
    );
    const rules = asked.map((expr, index) => ({ record: `asked_${index}`, expr }));
    const file = await rulesFile([{ name: 'dashboard', rules }]);
    assert.match(await promtool(['check', 'rules', file]), new RegExp(`${asked.length} rules found`));
  });

  for (const { when, series, at, fires } of cases) {
    it(`${fires.join(', ') || 'none'} when ${when}`, async () => {
      const fired = await Promise.all(all.map(async (alert) => ({ alert, isFiring: await isFiring(groups, series, at, alert) })));
      assert.deepEqual(
        fired.filter(({ isFiring }) => isFiring).map(({ alert }) => alert),
        fires,
      );
    });
  }
});

/** A pod of its own for each hour, which lives two minutes. */
function looksOf(hours: number): Readonly<Record<string, string>> {
  const minutes = Array.from({ length: hours }, (_, hour) => hour * 60 + 17);
  return Object.fromEntries(minutes.map((minute) => [CHECKED.replace('"n"', `"n${minute}"`), `_x${minute} ${minute * 60}x2 _x1`]));
}

async function rulesFile(groups: object): Promise<string> {
  const file = join(await temporaryFolder(), 'rules.yml');
  await writeFile(file, JSON.stringify({ groups }));
  return file;
}

/** promtool compares the whole of an alert; of interest is only whether there is one. */
async function isFiring(groups: object, series: Readonly<Record<string, string>>, at: string, alert: string): Promise<boolean> {
  const file = join(await temporaryFolder(), 'test.yml');
  const tests = [
    {
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [
        {
          expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) > 0 or vector(0)`,
          eval_time: at,
          exp_samples: [{ labels: '{}', value: 0 }],
        },
      ],
    },
  ];
  await writeFile(file, JSON.stringify({ rule_files: [await rulesFile(groups)], evaluation_interval: '1m', tests }));
  const { status, stdout, stderr } = await run('promtool', ['test', 'rules', file], { env: { PATH: process.env.PATH } });
  if (status !== 0) assert.match(stdout + stderr, /got:/, 'not a failed comparison');
  return status !== 0;
}

async function promtool(args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await run('promtool', args, { env: { PATH: process.env.PATH } });
  assert.equal(status, 0, stderr);
  return stdout;
}
