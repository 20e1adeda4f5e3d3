/** What the page on operations says of metrics is what the functions register. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { register } from 'prom-client';
import { deliver } from '../../local/build/deliveries.ts';
import { startNode, startWorld } from '../../local/build/world.ts';
import { REPOSITORY, readPage } from './pages.ts';

interface Row {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly string[];
}

const { text } = readPage('docs/operations.md');
const rows: readonly Row[] = [...text.matchAll(/^\| `(archwatch_\w+)` \| (\w+) \|([^|]*)\| \S.* \|$/gm)].map(
  ([, name = '', type = '', labels = '']) => ({ name, type, labels: [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label) }),
);
const byName = (a: Row, b: Row) => a.name.localeCompare(b.name);
/** Its units: https://prometheus.io/docs/practices/naming/. */
const ENDINGS: Readonly<Record<string, RegExp>> = {
  counter: /_total$/,
  histogram: /_seconds$/,
  gauge: /_(incidents|timestamp_seconds)$/,
};

const fieldRows = [...text.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| ([-a-z, ]+) \| \S.* \|$/gm)].map(([, fields = '', of = '']) => ({
  of,
  fields: [...fields.matchAll(/\w+/g)].map(([field]) => field),
}));
const OF_PINO = ['level', 'time', 'pid', 'hostname', 'msg'];
/** What says who sent it, and what came of it. */
const SENDERS: Readonly<Record<string, readonly string[]>> = {
  'alertmanager-webhook': ['groupKey', 'alerts', 'verdicts'],
  'node-events': ['count', 'events', 'verdicts'],
  'slack-actions': ['action', 'user'],
  'dead-letter': ['count', 'events', 'message', 'posted', 'told'],
};

describe('the page on operations', () => {
  let registered: readonly Row[];

  before(async () => {
    // whatever registers something, and nothing that begins to listen
    const files = globSync('{functions,shared}/**/*.ts', { cwd: REPOSITORY }).filter((file) => !file.endsWith('/index.ts'));
    for (const file of files) {
      const url = new URL(file, REPOSITORY);
      if (/from '.*\/metrics\.ts'/.test(readFileSync(url, 'utf8'))) await import(url.href);
    }
    registered = register.getMetricsAsArray().map((metric) => ({
      name: metric.name,
      type: String(metric.type),
      labels: Reflect.get(metric, 'labelNames'),
    }));
  });

  it('has a row for each metric that a function shows, and no other, with its type and labels', () => {
    assert.ok(rows.length > 15);
    assert.deepEqual(rows.toSorted(byName), registered.toSorted(byName));
  });

  it('names them as Prometheus does', () => {
    for (const { name, type, labels } of rows) {
      assert.match(name, /^archwatch(_[a-z]+)+$/);
      assert.match(name, ENDINGS[type] ?? /^$/);
      for (const label of labels) assert.match(label, /^[a-z]+$/);
    }
  });

  for (const name of Object.keys(SENDERS)) {
    it(`explains each field of the line that ${name} writes for a delivery`, async () => {
      const world = await startWorld();
      const running = startNode([fileURLToPath(new URL(`functions/${name}/index.ts`, REPOSITORY))], world.environmentOf(name));
      try {
        assert.ok((await deliver(name, await running.url)) < 300);
      } finally {
        running.child.kill('SIGTERM');
        await running.ended;
        await world.close();
      }
      const lines = running.lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'delivery');
      assert.equal(lines.length, 1);
      const explained = fieldRows.filter(({ of }) => of === 'all' || of.split(', ').includes(name)).flatMap(({ fields }) => fields);
      assert.ok(explained.length >= 8);
      assert.deepEqual(
        Object.keys(lines[0]).filter((field) => ![...OF_PINO, ...explained].includes(field)),
        [],
      );
      for (const field of SENDERS[name] ?? []) assert.ok(field in lines[0], field);
    });
  }

  it('names each sampler that is taken', async () => {
    const source = readFileSync(new URL('shared/opentelemetry/tracing-settings.ts', REPOSITORY), 'utf8');
    const samplers = [...(/SAMPLERS = \[([^\]]*)\]/.exec(source)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => name);
    const row = /^\| `OTEL_TRACES_SAMPLER`.*$/m.exec(text)?.[0] ?? '';
    assert.equal(samplers.length, 6);
    for (const name of samplers) assert.ok(row.includes(`\`${name}\``), name);
  });
});
