/** Reads the nodes once and prints what that took in memory; run by node-memory.ts in a process of its own. */
import { CoreV1Api, KubeConfig } from '@kubernetes/client-node';
import { kubernetes } from '../../shared/kubernetes/api-client.ts';
import { readNodes } from '../../shared/kubernetes/read-nodes.ts';

const READERS: Readonly<Record<string, () => Promise<unknown>>> = {
  pages: async () => {
    const connection = await kubernetes(process.env).connect();
    return readNodes(connection, new Set(), AbortSignal.timeout(60_000));
  },
  'whole-list': async () => {
    const kubeConfig = new KubeConfig();
    kubeConfig.loadFromDefault();
    return kubeConfig.makeApiClient(CoreV1Api).listNode();
  },
};

const MB = 1024 * 1024;
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const kept = await READERS[process.argv[2] ?? '']?.();
const peakMB = process.resourceUsage().maxRSS / 1024;
globalThis.gc?.();
const keptMB = (process.memoryUsage().heapUsed - before) / MB;
process.stdout.write(JSON.stringify({ peakMB, keptMB, read: kept !== undefined }));
process.exit(0);
