/** archwatch's own alerts, by Prometheus' own reckoning: functions that sleep start their counters anew, and must be heard all the same. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Condition } from '../../../shared/golden-images/conditions.ts';
import type { Refusal } from '../../../shared/slack/refusal.ts';
import { type Manifest, readManifest, readManifestText } from '../../knative/manifests.ts';
import { run } from '../servers/process.ts';
import { temporaryFolder } from '../servers/running.ts';
import { decide, render } from './installation.ts';

interface Case {
  readonly when: string;
  /** By series, its values a minute apart, in promtool's notation: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/. */
  readonly series: Readonly<Record<string, string>>;
  readonly at: string | readonly string[];
  /** The alerts that fire then, at any of these times. */
  readonly fires: readonly string[];
}

const CANNOT_POST = 'ArchwatchCannotPost';
const UP = 'up{namespace="archwatch", function="alertmanager-webhook", pod="w"}';
/** In seconds, as time is there; it begins at 0. */
const CHECKED = 'archwatch_facts_checked_timestamp_seconds{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", pod="n"}';
const OTHER = CHECKED.replace('HCOMultiArchGoldenImagesDisabled', 'HCOGoldenImageWithNoSupportedArchitecture');
const quiet = { [UP]: '1x1000', [CHECKED]: '0+60x1000' };
const refused = (reason: Refusal, pod = 'w') => `archwatch_slack_refusals_total{namespace="archwatch", reason="${reason}", pod="${pod}"}`;
const looks = (condition: Condition['kind'], pod = 'w') =>
  `archwatch_looks_total{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", condition="${condition}", pod="${pod}"}`;
const letters = 'archwatch_dead_letters_total{namespace="archwatch", type="dev.knative.sources.ping", pod="d"}';
const unrecorded = 'archwatch_record_failures_total{namespace="archwatch", alert="HCOMultiArchGoldenImagesDisabled", pod="w"}';

const untold = 'archwatch_dead_letter_failures_total{namespace="archwatch", what="message", pod="d"}';
const told = 'archwatch_dead_letter_messages_total{namespace="archwatch", pod="d"}';
const full = 'archwatch_record_full_total{namespace="archwatch", pod="w"}';

const cases: readonly Case[] = [
  { when: 'all is well', series: { ...quiet, [looks('present')]: '0+1x100' }, at: '60m', fires: [] },
  {
    when: 'counters stay where they are for long',
    series: {
      ...quiet,
      [refused('misconfigured')]: '7x200',
      [refused('failed')]: '7x200',
      [looks('unknown')]: '7x200',
      [letters]: '7x200',
    },
    at: '150m',
    fires: [],
  },
  {
    when: 'nobody scraped for a while, and counters stay where they are',
    series: {
      ...quiet,
      ...Object.fromEntries(
        [refused('misconfigured'), refused('failed'), looks('unknown'), letters, unrecorded].map((series) => [series, '7x150 _x8 7x150']),
      ),
    },
    at: Array.from({ length: 30 }, (_, index) => `${151 + index * 3}m`),
    fires: [],
  },
  ...(['misconfigured', 'refused', 'invalid-blocks'] as const).flatMap((reason): readonly Case[] => [
    { when: `a new process counts ${reason} once`, series: { ...quiet, [refused(reason)]: '_x40 1x30' }, at: '41m', fires: [CANNOT_POST] },
    {
      when: `an old one counts ${reason} once more`,
      series: { ...quiet, [refused(reason)]: '7x40 8x30' },
      at: '42m',
      fires: [CANNOT_POST],
    },
    { when: `${reason} was mended`, series: { ...quiet, [refused(reason)]: '_x40 1x60' }, at: '70m', fires: [] },
  ]),
  ...(['rate-limited', 'unreached', 'unanswered', 'failed', 'gone'] as const).flatMap((reason) => [
    ...throughout({ when: `a new process counted ${reason} once, and Slack took it then`, series: { [refused(reason)]: '_x40 1x60' } }),
    ...throughout({ when: `an old process counted ${reason} once more`, series: { [refused(reason)]: '7x40 8x60' } }),
    { when: `${reason} comes again and again`, series: { ...quiet, [refused(reason)]: '7x40 8+1x30' }, at: '55m', fires: [CANNOT_POST] },
  ]),
  {
    when: 'calls fail by turns for one reason and another',
    series: { ...quiet, [refused('unreached')]: '_x40 1x7 2x7 3x7', [refused('unanswered')]: '_x44 1x7 2x7 3x7' },
    at: '58m',
    fires: [CANNOT_POST],
  },
  {
    when: 'each try is a new process that sleeps again, and none succeeds',
    series: { ...quiet, ...Object.fromEntries([40, 43, 46, 49, 52].map((at) => [refused('unreached', `n${at}`), `_x${at} 1x1 _x60`])) },
    at: '53m',
    fires: [CANNOT_POST],
  },
  ...throughout({
    when: 'one look read not everything, of a new process',
    series: { ...pings('present', 3), [looks('unknown')]: '_x100 1x100' },
  }),
  ...throughout({ when: 'the first look of all read not everything', series: { [looks('unknown')]: '_x40 1x60' } }),
  ...throughout({
    when: 'one look read not everything, of an old process',
    series: { ...pings('present', 3), [looks('unknown')]: '3x100 4x100' },
  }),
  {
    when: 'looks read not everything, time after time',
    series: { ...quiet, [looks('unknown')]: '0x40 1+1x60' },
    at: '50m',
    fires: ['ArchwatchCannotRead'],
  },
  {
    when: 'two pings after each other could not tell',
    series: { ...quiet, ...pings('unknown', 3) },
    at: '85m',
    fires: ['ArchwatchCannotRead'],
  },
  {
    when: 'looks read not everything, and then all again',
    series: { ...quiet, [looks('unknown')]: '0x40 1+1x20 21x60', [looks('absent')]: '_x66 1x60' },
    at: '80m',
    fires: [],
  },
  { when: 'looks are not recorded', series: { ...quiet, [unrecorded]: '_x40 1+1x30' }, at: '55m', fires: ['ArchwatchCannotRecord'] },
  ...throughout({ when: 'one look was not recorded at once', series: { [unrecorded]: '_x40 1x60' } }),
  { when: 'the record is full', series: { ...quiet, [full]: '0x40 1+1x30' }, at: '55m', fires: ['ArchwatchCannotRecord'] },
  ...throughout({ when: 'the record was full for a moment', series: { [full]: '0x40 1x60' } }),
  { when: 'dead letters cannot be said', series: { ...quiet, [untold]: '_x40 2x90' }, at: '55m', fires: ['ArchwatchCannotRecord'] },
  {
    when: 'dead letters cannot be recorded',
    series: { ...quiet, [untold.replace('message', 'record')]: '_x40 6x2 _x60' },
    at: '55m',
    fires: ['ArchwatchCannotRecord'],
  },
  ...throughout({ when: 'dead letters could not be said, and then were', series: { [untold]: '_x40 3x60', [told]: '_x42 1x60' } }),
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
  const all = [...new Set<string>(groups[0].rules.map(({ alert }: { readonly alert: string }) => alert))];

  it('are rules that Prometheus takes', async () => {
    assert.match(await promtool(['check', 'rules', await rulesFile(groups)]), /7 rules found/);
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

  it('link to their pages, where the settings say that these are', async () => {
    const base = 'https://git.example.org/archwatch/blob/main/docs/runbooks';
    for (const [settings, expected] of [[{ RUNBOOK_BASE_URL: base }, base] as const, [{}, 'docs/runbooks'] as const]) {
      const installed = await render(await decide({ components: ['monitoring'], settings }));
      const [own] = installed.filter(({ kind }) => kind === 'PrometheusRule');
      const links = own?.spec.groups[0].rules.map(({ alert, annotations }: Manifest) => [alert, annotations.runbook_url]);
      assert.deepEqual(
        [...new Map(links)],
        all.map((alert) => [alert, `${expected}/${alert}.md`]),
      );
    }
  });

  it('and the dashboard shows what a function did that woke, did one thing and slept', async () => {
    const { panels } = JSON.parse(readManifestText('components/monitoring/archwatch.json'));
    const exprs: readonly string[] = panels
      .flatMap(({ targets }: { readonly targets: readonly { readonly expr: string }[] }) => targets.map(({ expr }) => expr))
      .map((expr: string) => expr.replaceAll('$namespace', 'archwatch').replaceAll(/\$__(rate_interval|range)/g, '5m'))
      .filter((expr: string) => /_(total|bucket)\{/.test(expr));
    assert.ok(exprs.length > 15);
    const names = new Set(exprs.flatMap((expr) => expr.match(/archwatch_\w+/g) ?? []));
    const series = [...names].map((name) => ({ series: `${name}{namespace="archwatch", le="+Inf", pod="n"}`, values: '_x40 1x2 _x30' }));
    const bucket = [...names].filter((name) => name.endsWith('_bucket'));
    const half = bucket.map((name) => ({ series: `${name}{namespace="archwatch", le="1", pod="n"}`, values: '_x40 1x2 _x30' }));
    const shown = exprs.map((expr) => ({ expr: `count((${expr}) > 0)`, eval_time: '43m', exp_samples: [{ labels: '{}', value: 1 }] }));
    const file = join(await temporaryFolder(), 'test.yml');
    await writeFile(file, JSON.stringify({ tests: [{ interval: '1m', input_series: [...series, ...half], promql_expr_test: shown }] }));
    await promtool(['test', 'rules', file]);
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

/** Nothing fires, at any time; what fails once does so at 40 minutes. */
function throughout({ when, series }: Pick<Case, 'when' | 'series'>): readonly Case[] {
  const at = Array.from({ length: 30 }, (_, index) => `${41 + index * 3}m`);
  return [{ when, series: { ...quiet, ...series }, at, fires: [] }];
}

/** A pod of its own for each hour's look. */
function pings(condition: Condition['kind'], hours: number): Readonly<Record<string, string>> {
  const minutes = Array.from({ length: hours }, (_, hour) => hour * 60 + 17);
  return Object.fromEntries(minutes.map((minute) => [looks(condition, `n${minute}`), `_x${minute} 1x2 _x1`]));
}

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
async function isFiring(groups: object, series: Readonly<Record<string, string>>, at: Case['at'], alert: string): Promise<boolean> {
  const file = join(await temporaryFolder(), 'test.yml');
  const tests = [
    {
      interval: '1m',
      input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
      promql_expr_test: [at].flat().map((time) => ({
        expr: `count(ALERTS{alertname="${alert}", alertstate="firing"}) > 0 or vector(0)`,
        eval_time: time,
        exp_samples: [{ labels: '{}', value: 0 }],
      })),
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
