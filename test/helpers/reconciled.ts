/** A HyperConverged that the embedded cluster's model of HCO stores, converts and reconciles: what the domain's own forecasts are held against. */
import { createHyperConvergedStore, type PatchOutcome } from '../../local/embedded-cluster/hyperconverged-store.ts';
import type { JsonObject } from '../../local/embedded-cluster/json.ts';
import { decideStatus } from '../../local/embedded-cluster/operator.ts';
import { type ApiVersion, RELEASES, type Release } from '../../local/embedded-cluster/releases.ts';
import type { Patch } from '../../local/embedded-cluster/request-body.ts';
import { createRevisions } from '../../local/embedded-cluster/revisions.ts';
import { ALERT_RULES, type AlertName, judgeCondition } from '../../shared/golden-images/conditions.ts';
import type { ImageReading } from '../../shared/golden-images/image.ts';
import { proposeRemedies } from '../../shared/golden-images/remedies/remedies.ts';
import type { Change, Proposal } from '../../shared/golden-images/remedies/remedy.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { node, snapshot } from './cluster-objects.ts';

export interface ReconciledOptions {
  readonly release?: Release;
  readonly nodes?: readonly JsonObject[];
  /** On top of a fresh installation, in the version that the release stores. */
  readonly spec?: JsonObject;
  /** By the template's name. */
  readonly images?: Readonly<Record<string, ImageReading>>;
}

export interface Reconciled {
  readonly stored: ApiVersion;
  readonly read: (version?: ApiVersion) => JsonObject;
  /** As a person or a tool would; the operator reconciles what is accepted. */
  readonly patch: (version: ApiVersion, patch: Patch) => PatchOutcome;
  /** A look through the API server, or a dump of the CR in one version. */
  readonly look: (dumpOf?: ApiVersion) => Snapshot;
}

const NOW = new Date('2026-11-22T10:00:00Z');

export const MIXED = [node('amd-1', 'amd64'), node('amd-2', 'amd64'), node('arm-1', 'arm64')];

/** Throws where HCO would not have taken the spec. */
export function reconciled({ release = '1.19', nodes = MIXED, spec = {}, images }: ReconciledOptions): Reconciled {
  const store = createHyperConvergedStore({ release, revisions: createRevisions(), createdAt: NOW, now: () => NOW });
  const { stored } = RELEASES[release];
  const observed = nodes.map(observe);
  const reconcile = () => store.writeStatus(decideStatus({ release, nodes: observed, now: NOW.toISOString(), ...store.stored() }));
  const patch = (version: ApiVersion, change: Patch) => {
    const outcome = store.patch({ version, patch: change, strict: true });
    reconcile();
    return outcome;
  };
  const read = (version: ApiVersion = stored): JsonObject => JSON.parse(JSON.stringify(store.read(version))); // as over the wire: no part is another's
  const installed = patch(stored, { spec });
  if (installed.kind !== 'patched') throw new Error(`the spec is not taken: ${JSON.stringify(installed)}`);
  return {
    stored,
    patch,
    read,
    look: (dumpOf) => {
      const looked = snapshot({ nodes, hyperConverged: read(dumpOf ?? stored), ...(dumpOf ? {} : { served: servedBy(release) }) });
      return { ...looked, images: images && new Map(Object.entries(images)) };
    },
  };
}

function servedBy(release: Release) {
  const { served } = RELEASES[release];
  const [preferred = ''] = served;
  return { versions: served, preferred, v1HasImportField: { ok: true, value: release === '1.19' } } as const;
}

function observe(object: JsonObject) {
  const { metadata, status }: { metadata: Observed['metadata']; status: Observed['status'] } = JSON.parse(JSON.stringify(object));
  return { metadata, status };
}

type Observed = Parameters<typeof decideStatus>[0]['nodes'][number];

/** What is proposed for one alert. */
export function proposalsFor(alert: AlertName, looked: Snapshot): readonly Proposal[] {
  const rule = ALERT_RULES.find((one) => one.alert === alert);
  if (!rule) throw new Error(`there is no rule of ${alert}`);
  return proposeRemedies(alert, looked, judgeCondition(rule, looked));
}

/** The one proposal of that name. Throws where it is not proposed. */
export function proposalOf(alert: AlertName, id: string, looked: Snapshot): Proposal {
  const found = proposalsFor(alert, looked);
  const proposal = found.find((one) => one.id === id);
  if (!proposal) throw new Error(`${id} is not among ${found.map((one) => one.id).join(', ') || 'no proposals'}`);
  return proposal;
}

/** Throws where nothing changes. */
export function changeOf({ id, change }: Proposal): Change {
  if (!change) throw new Error(`${id} changes nothing`);
  return change;
}

export const DISABLED = 'HCOMultiArchGoldenImagesDisabled';
export const UNSUPPORTED = 'HCOGoldenImageWithNoSupportedArchitecture';
export const UNANNOTATED = 'HCOGoldenImageWithNoArchitectureAnnotation';

export interface TemplateOptions {
  /** Of the annotation. */
  readonly architectures?: string | undefined;
  readonly annotations?: JsonObject | undefined;
  readonly url?: string;
  readonly size?: string | number;
  readonly registry?: JsonObject;
}

/** An entry of the CR's own list. */
export function template(name: string, options: TemplateOptions = {}): JsonObject {
  const { architectures, annotations, url = `docker://registry.example/${name}`, size = '10Gi', registry = {} } = options;
  const own = { ...annotations, ...(architectures === undefined ? {} : { 'ssp.kubevirt.io/dict.architectures': architectures }) };
  return {
    metadata: { name, ...(Object.keys(own).length === 0 ? {} : { annotations: own }) },
    spec: {
      managedDataSource: name,
      schedule: '0 */12 * * *',
      template: { spec: { source: { registry: { url, ...registry } }, storage: { resources: { requests: { storage: size } } } } },
    },
  };
}

/** Part of the spec in the version that a release stores. */
export function specOf(
  release: Release,
  parts: { readonly templates?: readonly JsonObject[] | undefined; readonly isOn?: boolean; readonly placement?: JsonObject | undefined },
): JsonObject {
  const { templates, isOn, placement } = parts;
  if (RELEASES[release].stored === 'v1') {
    return {
      workloadSources: {
        ...(templates && { dataImportCronTemplates: templates }),
        ...(isOn === undefined ? {} : { enableMultiArchBootImageImport: isOn }),
      },
      ...(placement && { deployment: { nodePlacements: { workload: placement } } }),
    };
  }
  return {
    ...(templates && { dataImportCronTemplates: templates }),
    ...(isOn === undefined ? {} : { featureGates: { enableMultiArchBootImageImport: isOn } }),
    ...(placement && { workloads: { nodePlacement: placement } }),
  };
}

export function known(...architectures: readonly string[]): ImageReading {
  return { kind: 'known', architectures };
}
