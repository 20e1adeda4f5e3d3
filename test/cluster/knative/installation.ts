/** An installation as a person makes it: a shipped overlay copied elsewhere, its settings filled in and its lines switched on. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { foldersIn, KNATIVE, type Manifest } from '../../knative/manifests.ts';
import { clusterProgram } from '../servers/paths.ts';
import { run } from '../servers/process.ts';
import { temporaryFolder } from '../servers/running.ts';

export interface Decisions {
  readonly overlay?: 'okd' | 'openshift-cnv';
  readonly namespace?: string;
  /** Beside those that the overlay has. */
  readonly components?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** Components that can be switched on at once: no-buttons takes away what silences and others change. */
export const TOGETHER = foldersIn('components').filter((name) => name !== 'no-buttons');

const SETTINGS = { CLUSTER_NAME: 'prod-eu-1', SLACK_CHANNEL: 'C0ONCALL' };

/** The folder that `kubectl apply -k` takes. */
export async function decide({
  overlay = 'okd',
  namespace = 'archwatch',
  components = [],
  settings = {},
}: Decisions = {}): Promise<string> {
  const folder = await temporaryFolder();
  const shipped = join(KNATIVE, 'overlays', overlay);
  const kustomization = await readFile(join(shipped, 'kustomization.yaml'), 'utf8');
  const switchedOn = components.reduce(
    (text, name) => text.replace(`  # - ../../components/${name}`, `  - ../../components/${name}`),
    kustomization,
  );
  const text = switchedOn.replace(/^namespace: .*$/m, `namespace: ${namespace}`).replaceAll('../../', `${relative(folder, KNATIVE)}/`);
  await writeFile(join(folder, 'kustomization.yaml'), text);
  const decided = Object.entries({ ...SETTINGS, ...settings }).map(([name, value]) => `${name}=${value}\n`);
  const others = (await readFile(join(shipped, 'settings.env'), 'utf8'))
    .split('\n')
    .filter((line) => !decided.some((own) => own.startsWith(`${line.split('=')[0]}=`)));
  await writeFile(join(folder, 'settings.env'), `${others.join('\n')}\n${decided.join('')}`);
  return folder;
}

/** What kustomize makes of a folder. */
export async function render(folder: string): Promise<readonly Manifest[]> {
  const { status, stdout, stderr } = await run(clusterProgram('kubectl'), ['kustomize', folder]);
  if (status !== 0) throw new Error(`kubectl kustomize ${folder}: ${stderr}`);
  return parseAllDocuments(stdout).map((document) => document.toJS());
}
