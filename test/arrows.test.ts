/** Who may import whom. The rooms and their order are explained in the README's code map. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

interface Import {
  readonly from: string;
  /** A path of ours, or the name of a package. */
  readonly to: string;
  readonly isType: boolean;
}

const files = globSync('{functions,shared,local}/**/*.ts');
const imports = files.flatMap((file) => importsOf(file, readFileSync(file, 'utf8')));

function importsOf(from: string, source: string): readonly Import[] {
  const found = source.matchAll(
    /^\s*(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|\bimport\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
  );
  return [...found].map(([, type, target = '', dynamic = '', bare = '']) => {
    const name = target || dynamic || bare;
    return { from, to: name.startsWith('.') ? normalize(join(dirname(from), name)) : name, isType: type !== undefined };
  });
}

const isOurs = (path: string) => files.includes(path);
const isIn =
  (...folders: string[]) =>
  (path: string) =>
    folders.some((folder) => path.startsWith(`${folder}/`));

/** Files of `shared` that hold no domain word and serve every room. */
const GENERIC = [
  'config',
  'auth',
  'log',
  'metrics',
  'batch',
  'plain',
  'cloudevents',
  'in-time',
  'delivery',
  'trace-context',
  'tracing',
].map((name) => `shared/${name}.ts`);
const isGeneric = (path: string) => GENERIC.includes(path) || isIn('shared/http')(path);
const isDomain = isIn('shared/golden-images');
const room = (path: string) => /^shared\/([^/]+)\//.exec(path)?.[1];

const rules: readonly { readonly rule: string; readonly breaks: (found: Import) => boolean }[] = [
  { rule: 'the domain imports nothing but itself', breaks: ({ from, to }) => isDomain(from) && !isDomain(to) },
  {
    rule: 'the room of Alertmanager imports nothing but itself, Node, what reads answers and what makes text harmless',
    breaks: ({ from, to }) =>
      isIn('shared/alertmanager')(from) &&
      !isIn('shared/alertmanager')(to) &&
      !to.startsWith('node:') &&
      !['shared/http/answer.ts', 'shared/plain.ts'].includes(to),
  },
  {
    rule: 'a room imports values only from itself, the domain and what has no domain word; only the use case knows all rooms',
    breaks: ({ from, to, isType }) =>
      room(from) !== undefined &&
      room(from) !== 'look-again' &&
      isOurs(to) &&
      !isType &&
      room(to) !== room(from) &&
      !isDomain(to) &&
      !isGeneric(to),
  },
  {
    rule: 'what has no domain word imports only what has none',
    breaks: ({ from, to }) => isGeneric(from) && isOurs(to) && !isGeneric(to),
  },
  { rule: 'shared imports neither functions nor local', breaks: ({ from, to }) => isIn('shared')(from) && isIn('functions', 'local')(to) },
  {
    rule: 'a function imports its own folder and shared',
    breaks: ({ from, to }) => isIn('functions')(from) && isOurs(to) && !isIn('shared', dirname(from))(to),
  },
  { rule: 'local imports itself and shared', breaks: ({ from, to }) => isIn('local')(from) && isOurs(to) && !isIn('local', 'shared')(to) },
  {
    rule: 'the embedded cluster does not know the rules that it tests',
    breaks: ({ from, to }) => isIn('local/embedded-cluster')(from) && isDomain(to),
  },
  { rule: 'nothing imports an index.ts', breaks: ({ to }) => to.endsWith('/index.ts') },
];

const OPENTELEMETRY = ['api', 'core', 'exporter-trace-otlp-http', 'resources', 'sdk-trace'];

/** The values of each package are known in one room. */
const HOMES: Readonly<Record<string, (path: string) => boolean>> = {
  express: (path) => path === 'shared/http/express-app.ts',
  '@kubernetes/client-node': isIn('shared/kubernetes'),
  '@slack/web-api': isIn('shared/slack'),
  'prom-client': (path) => path === 'shared/metrics.ts',
  cloudevents: (path) => path === 'shared/cloudevents.ts',
  pino: (path) => path === 'shared/log.ts',
  'pino-pretty': (path) => path === 'shared/log.ts',
  diff: isIn('shared/kubernetes'),
  jose: (path) => path === 'shared/oidc/sdk.ts',
  yaml: isIn('shared/kubernetes', 'local'),
  rfc6902: isIn('shared/kubernetes', 'local/embedded-cluster'),
  esbuild: isIn('local/build'),
  ...Object.fromEntries(OPENTELEMETRY.map((name) => [`@opentelemetry/${name}`, (path) => path === 'shared/opentelemetry/sdk.ts'])),
  'playwright-core': (path) => path === 'local/picture.ts',
};

describe('imports', () => {
  it('are found at all', () => {
    assert.ok(imports.some(({ from, to }) => from === 'shared/look-again/look-once.ts' && to === 'shared/judge.ts'));
    assert.ok(imports.filter(({ isType }) => isType).length > 20);
  });

  it('name files that are there', () => {
    assert.deepEqual(
      imports.filter(({ to }) => isIn('functions', 'shared', 'local')(to) && !isOurs(to)),
      [],
    );
  });

  for (const { rule, breaks } of rules) it(rule, () => assert.deepEqual(imports.filter(breaks), []));

  it('take the values of a package in its home only', () => {
    const astray = imports.filter(({ from, to, isType }) => !isType && !isOurs(to) && !to.startsWith('node:') && !HOMES[to]?.(from));
    assert.deepEqual(astray, []);
  });
});
