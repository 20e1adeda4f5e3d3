/** What is left out of the bundles: parts of packages that they load with the rest, and that nobody here uses. docs/performance.md has what that saves. */
import { dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** What a package asks for, and gets nothing of. */
const UNUSED: Readonly<Record<string, readonly string[]>> = {
  // What it sends requests with: shared/kubernetes/api-request.ts does that, with Node's own client. Its thousand models take long to bundle.
  '@kubernetes/client-node': ['undici', './gen/index.js'],
  // Worker processes, what is pushed, and what it measures of Node by itself.
  'prom-client': ['./lib/cluster', './lib/pushgateway', './lib/defaultMetrics'],
  // Types by the ends of file names: we name types ourselves.
  'mime-types': ['mime-db'],
  // Encodings of text: bodies are bytes.
  'body-parser': ['iconv-lite'],
  'raw-body': ['iconv-lite'],
};
const CLIENT = '@kubernetes/client-node';
const LEFT_OUT = 'left-out';
const FOUND = 'found';

export const leaveOut: Plugin = {
  name: 'what nobody uses',
  setup: ({ onResolve, onLoad, resolve }) => {
    for (const [name, parts] of Object.entries(UNUSED)) {
      const isFrom = (importer: string) => importer.includes(join('node_modules', name, '/'));
      onResolve({ filter: anyOf(parts) }, ({ path, importer }) => (isFrom(importer) ? { path, namespace: LEFT_OUT } : undefined));
    }
    onLoad({ filter: /.*/, namespace: LEFT_OUT }, () => ({ contents: 'module.exports = {};' }));
    // Of the Kubernetes client, the one file that reads kubeconfigs.
    onResolve({ filter: anyOf([CLIENT]) }, async ({ path, pluginData, ...from }) => {
      if (pluginData === FOUND) return undefined;
      const index = await resolve(path, { ...from, pluginData: FOUND });
      return { path: join(dirname(index.path), 'config.js') };
    });
  },
};

function anyOf(names: readonly string[]): RegExp {
  return new RegExp(`^(?:${names.map((name) => name.replaceAll('.', '\\.')).join('|')})$`);
}
