/** How soon each bundle answers after its process began: beside a bare `node:http` server and the hello-world of faas-js-runtime 4, in turn. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildBundles } from '../../local/build/bundles.ts';
import { writeCodeCache } from '../../local/build/code-cache.ts';
import { deliver } from '../../local/build/deliveries.ts';
import { startNode, startWorld, type World } from '../../local/build/world.ts';
import { median } from './median.ts';
import { freePort, isLive } from './ports.ts';
import { type Timeline, timeline } from './timeline.ts';

const RUNS = Number(process.env.RUNS ?? 15);
/** After the start, in ms: what is done once it listens is over then. */
const IDLE_AFTER_MS = 1_500;

interface Figures {
  /** ms from the start of the process to the first health check that was answered. */
  readonly health: number;
  /** ms from the start of another process to the answer to a delivery that posted. */
  readonly delivery: number;
  readonly rssMB: number;
  /** ms that the main thread worked until the answer to the delivery: it stays the same while others use the machine. */
  readonly cpu: number;
}

interface Candidate {
  readonly name: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly deliver: (url: string) => Promise<number>;
}

/** Medians, and their ratios to bare Node's time to listening and its memory. */
export async function coldStart(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const names = await buildBundles(process.cwd());
  await writeCodeCache(process.cwd(), names);
  const world = await startWorld();
  try {
    const candidates = [bare(folder), faas(folder), ...names.map((name) => bundle(name, world))];
    const runs = new Map<string, Figures[]>(candidates.map(({ name }) => [name, []]));
    for (let run = 0; run < RUNS; run++) for (const each of candidates) runs.get(each.name)?.push(await measure(each));
    return `${table(runs)}\n\n${await breakdown()}`;
  } finally {
    await world.close();
    rmSync(folder, { recursive: true });
  }
}

const hello = async (url: string) => (await fetch(url)).status;

function bare(folder: string): Candidate {
  const file = join(folder, 'bare.cjs');
  writeFileSync(file, `require('node:http').createServer((_, answer) => answer.end('live')).listen(process.env.PORT);`);
  return { name: 'bare node:http', args: [file], environment: {}, deliver: hello };
}

/** As its own template starts it. */
function faas(folder: string): Candidate {
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', 'faas-js-runtime@4'], { cwd: folder });
  writeFileSync(join(folder, 'hello.js'), `module.exports = { handle: () => 'hello' };`);
  const args = [join(folder, 'node_modules/faas-js-runtime/bin/cli.js'), join(folder, 'hello.js')];
  return { name: 'faas-js-runtime 4', args, environment: {}, deliver: hello };
}

function bundle(name: string, world: World): Candidate {
  const environment = { ...world.environmentOf(name), LOG_LEVEL: 'error', MALLOC_ARENA_MAX: '1' }; // the last as the image has it
  return { name, args: [`dist/${name}.js`], environment, deliver: (url) => deliver(name, url) };
}

async function measure(candidate: Candidate): Promise<Figures> {
  const listened = await inProcess(candidate, async () => undefined);
  const delivered = await inProcess(candidate, async (url) => {
    const status = await candidate.deliver(url);
    if (status >= 300) throw new Error(`${candidate.name} answered ${status}`);
  });
  return { health: listened.health, delivery: delivered.worked, rssMB: listened.rssMB, cpu: delivered.cpu };
}

async function inProcess({ args, environment }: Candidate, work: (url: string) => Promise<void>) {
  const port = await freePort();
  const start = performance.now();
  const { child, url, ended } = startNode(args, { ...environment, PORT: String(port), FUNC_PORT: String(port) });
  url.catch(() => undefined); // only our own functions say where they listen
  while (!(await isLive(port))) await wait(1);
  const health = performance.now() - start;
  await work(`http://localhost:${port}`);
  const worked = performance.now() - start;
  const cpu = Number(readFileSync(`/proc/${child.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  await wait(IDLE_AFTER_MS);
  const rssMB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  child.kill('SIGKILL');
  await ended;
  return { health, worked, rssMB, cpu };
}

function table(runs: ReadonlyMap<string, readonly Figures[]>): string {
  const medians = [...runs].map(([name, all]) => ({
    name,
    health: median(all.map(({ health }) => health)),
    delivery: median(all.map(({ delivery }) => delivery)),
    rss: median(all.map(({ rssMB }) => rssMB)),
    cpu: median(all.map((one) => one.cpu)),
  }));
  const [base] = medians;
  if (base === undefined) throw new Error('nothing was measured');
  const rows = medians.map(({ name, health, delivery, rss, cpu }) => {
    const cells = [health, health / base.health, delivery, delivery / base.health, rss, rss / base.rss, cpu, cpu / base.cpu];
    return name.padEnd(22) + cells.map((cell, column) => cell.toFixed(column % 2 === 0 ? 1 : 2).padStart(10)).join('');
  });
  const head = ['health ms', 'ratio', 'posted ms', 'ratio', 'RSS MB', 'ratio', 'CPU ms', 'ratio'].map((cell) => cell.padStart(10)).join('');
  return [
    `${''.padEnd(22)}${head}`,
    ...rows,
    `Medians of ${RUNS}; times are held against bare Node's time to health. CPU: of the main thread, until posted.`,
  ].join('\n');
}

/** What each step of a cold delivery adds. */
async function breakdown(): Promise<string> {
  const runs: Timeline[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await timeline());
  const steps = [...(runs[0]?.steps.keys() ?? [])];
  const ends = steps.map((step) => median(runs.map((run) => run.steps.get(step) ?? Number.NaN)));
  const rows = steps.map((step, index) => {
    const end = ends[index] ?? Number.NaN;
    return `${end.toFixed(1).padStart(8)}${`+${(end - (ends[index - 1] ?? 0)).toFixed(1)}`.padStart(8)}  ${step}`;
  });
  const others = median(runs.map(({ byOthers }) => byOthers)).toFixed(1);
  const head = 'alertmanager-webhook, ms since its start, and what each step adds:';
  return [head, ...rows, `The embedded cluster and Slack worked ${others} ms of it, on the same machine.`].join('\n');
}
