/** Peak memory of a process that reads the nodes of a small and of a large cluster: our reader beside one whole list. */
import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import { createEmbeddedCluster } from '../../local/embedded-cluster/embedded-cluster.ts';
import { listen } from '../../shared/http/listen.ts';
import { silentLog } from '../helpers/log.ts';

const SIZES = [100, 5_000];
const RUNS = 3;

/** Medians for each size, and how our reader's compare with the whole list's. */
export async function nodeMemory(): Promise<string> {
  const lines = ['nodes  reader      peak MB  kept MB'];
  for (const size of SIZES) {
    const server = await serveNodes(size);
    const [pages, whole] = [await medians('pages', server.kubeconfig), await medians('whole-list', server.kubeconfig)];
    await server.close();
    const cells = (name: string, { peakMB, keptMB }: Measured) =>
      `${String(size).padEnd(6)} ${name.padEnd(11)} ${peakMB.toFixed(2).padEnd(8)} ${keptMB.toFixed(2)}`;
    const ratio = { peakMB: pages.peakMB / whole.peakMB, keptMB: pages.keptMB / whole.keptMB };
    lines.push(cells('pages', pages), cells('whole-list', whole), cells('ratio', ratio));
  }
  return lines.join('\n');
}

interface Measured {
  readonly peakMB: number;
  readonly keptMB: number;
}

async function serveNodes(size: number) {
  const now = () => new Date();
  const cluster = createEmbeddedCluster({ prefix: '', release: '1.19', now });
  for (let number = 0; number < size; number++)
    cluster.addNode({ name: `node-${number}`, architecture: number % 2 === 0 ? 'amd64' : 'arm64' });
  const server = await listen(cluster.routes, { port: 0, log: silentLog });
  const path = join(await mkdtemp(join(tmpdir(), 'bench-')), 'kubeconfig');
  await writeFile(path, kubeconfigFor(`http://localhost:${server.port}`));
  return { kubeconfig: path, close: server.close };
}

async function medians(reader: string, kubeconfig: string): Promise<Measured> {
  const runs: Measured[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measure(reader, kubeconfig));
  return { peakMB: median(runs, 'peakMB'), keptMB: median(runs, 'keptMB') };
}

async function measure(reader: string, kubeconfig: string): Promise<Measured> {
  const script = fileURLToPath(new URL('./read-nodes.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, reader], {
    env: { ...process.env, KUBECONFIG: kubeconfig },
  });
  return JSON.parse(stdout);
}

function median(runs: readonly Measured[], figure: keyof Measured): number {
  return runs.map((run) => run[figure]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN;
}
