/** An incident with everything at its largest: machines, names, warnings, owners and templates. */

import { withAcceptance } from '../../../shared/checked-remedy.ts';
import { type JsonObject, nest } from '../../../shared/golden-images/json.ts';
import type { Incident } from '../../../shared/incidents/incident.ts';
import { judge } from '../../../shared/judge.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';
import { fires, incidentAfter } from '../../helpers/incidents.ts';
import { dataSource, IMAGES, instance, kubeVirtReads, virtualMachine } from '../../helpers/kubevirt-objects.ts';
import { cluster } from './scenario-cluster.ts';

const AT = '2026-11-22T10:00:00Z';
export const MACHINES = 3_000;
const ARCHITECTURES = ['amd64', 'arm64', 's390x', 'ppc64le', 'riscv64', 'loong64'];
const NAMES = 'application-of-a-team-with-a-long-name/'.padEnd(200, 'x');

export interface LoadedOptions {
  /** Of each change. */
  readonly warnings?: number;
  /** What long names are made of, beside plain letters. */
  readonly bad?: string;
  readonly nodes?: number;
}

export function loaded({ warnings = 0, bad = '', nodes = 60 }: LoadedOptions = {}): Incident {
  const objects = Array.from({ length: nodes }, (_, index) =>
    node(`worker-${String(index).padStart(5, '0')}`.padEnd(45, 'x'), ARCHITECTURES[index % ARCHITECTURES.length] ?? '', {
      createdAt: index % ARCHITECTURES.length === 0 ? '2026-01-01T00:00:00Z' : AT,
    }),
  );
  const found = {
    ...cluster({ nodes: objects, hyperConverged: cr(bad) }),
    kubeVirt: machines(`worker-00000`.padEnd(45, 'x')),
  };
  const said = {
    accepted: true,
    by: 'dry run' as const,
    reason: undefined,
    warnings: Array(warnings).fill(`${bad}a warning `.repeat(300)),
  };
  const judged = judge(found, 'kubectl').map((judgement) => ({
    ...judgement,
    remedies: judgement.remedies.map((remedy) => (remedy.change ? withAcceptance(remedy, said) : remedy)),
  }));
  return incidentAfter([{ snapshot: found, at: AT, claims: [fires(AT)], judged }]);
}

/** 40 templates of the CR's own, half of them written as HCO does not read them. */
function cr(bad: string): JsonObject {
  const names = Array.from({ length: 40 }, (_, index) => `${'our-own-image-cron-'.padEnd(50, 'x')}${index}`);
  const templates = names.map((name, index) => ({
    metadata: { name, annotations: { 'ssp.kubevirt.io/dict.architectures': index % 2 ? 'x86_64, aarch64' : 'amd64,arm64' } },
    spec: {
      ...{ schedule: '0 */12 * * *', garbageCollect: 'Outdated', managedDataSource: name },
      template: { spec: { source: { registry: { url: `docker://registry.example.org/team/${name}:latest`, pullMethod: 'node' } } } },
    },
  }));
  return hyperConverged({
    goldenImages: Object.fromEntries([...names.map((name) => [name, 'amd64,arm64']), ['fedora-image-cron', 'amd64']]),
    patch: {
      metadata: { generation: 9, annotations: { 'argocd.argoproj.io/instance': `${bad.repeat(100)}${NAMES}` } },
      ...nest(['spec', 'workloadSources', 'dataImportCronTemplates'], templates),
    },
  });
}

function machines(nodeName: string) {
  const names = Array.from({ length: MACHINES }, (_, index) => `${'namespace-'.padEnd(60, 'n')}/vm-${String(index).padStart(60, '0')}`);
  return kubeVirtReads({
    virtualMachines: names.map((name, index) => virtualMachine(name, { architecture: index % 2 ? 'arm64' : 'amd64', createdAt: AT })),
    instances: names.slice(0, 500).map((name) => instance(name, { nodeName })),
    dataSources: [dataSource(`${IMAGES}/fedora`)],
  });
}
