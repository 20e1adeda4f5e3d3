/** How soon each bundle answers after its process began: beside a bare `node:http` server and the hello-world of faas-js-runtime 4, in turn. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { buildBundles } from '../../local/build/bundles.ts';
import { writeCodeCache } from '../../local/build/code-cache.ts';
import { deliver } from '../../local/build/deliveries.ts';
import { startNode, startWorld, type World } from '../../local/build/world.ts';

const RUNS = Number(process.env.RUNS ?? 15);
/** After the start, in ms: what is done once it listens is over then. */
const IDLE_AFTER_MS = 1_500;

interface Figures {
  /** ms from the start of the process to the first health check that was answered. */
  readonly health: number;
  /** ms from the start of another process to the answer to a delivery that posted. */
  readonly delivery: number;
  readonly rssMB: number;
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
    return table(runs);
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
  const environment = { ...world.environmentOf(name), LOG_LEVEL: 'error' };
  return { name, args: [`dist/${name}.js`], environment, deliver: (url) => deliver(name, url) };
}

async function measure(candidate: Candidate): Promise<Figures> {
  const listened = await inProcess(candidate, async () => undefined);
  const delivered = await inProcess(candidate, async (url) => {
    const status = await candidate.deliver(url);
    if (status >= 300) throw new Error(`${candidate.name} answered ${status}`);
  });
  return { health: listened.health, delivery: delivered.worked, rssMB: listened.rssMB };
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
  await wait(IDLE_AFTER_MS);
  const rssMB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
  child.kill('SIGKILL');
  await ended;
  return { health, worked, rssMB };
}

function isLive(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ port, path: '/health/liveness', agent: false }, (answer) => answer.resume().once('end', () => resolve(true)));
    request.once('error', () => resolve(false));
  });
}

/** Free a moment ago: bare Node and the other runtime do not say which one they took. */
function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function table(runs: ReadonlyMap<string, readonly Figures[]>): string {
  const medians = [...runs].map(([name, all]) => ({
    name,
    health: median(all, 'health'),
    delivery: median(all, 'delivery'),
    rss: median(all, 'rssMB'),
  }));
  const [base] = medians;
  if (base === undefined) throw new Error('nothing was measured');
  const rows = medians.map(({ name, health, delivery, rss }) => {
    const cells = [health, health / base.health, delivery, delivery / base.health, rss, rss / base.rss];
    return name.padEnd(22) + cells.map((cell, column) => cell.toFixed(column % 2 === 0 ? 1 : 2).padStart(9)).join('');
  });
  const head = ['health ms', 'ratio', 'posted ms', 'ratio', 'RSS MB', 'ratio'].map((cell) => cell.padStart(9)).join('');
  return [`${''.padEnd(22)}${head}`, ...rows, `Medians of ${RUNS}; times are held against bare Node's time to health.`].join('\n');
}

function median(all: readonly Figures[], figure: keyof Figures): number {
  return all.map((one) => one[figure]).sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;
}
