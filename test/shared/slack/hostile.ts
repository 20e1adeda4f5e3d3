/** Clusters and alerts as somebody would make them who wants a message to lie, to notify, or not to be taken. */
import fc from 'fast-check';
import { withAcceptance } from '../../../shared/checked-remedy.ts';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import type { ImageReading } from '../../../shared/golden-images/image.ts';
import { type JsonObject, nest } from '../../../shared/golden-images/json.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import { byPreference } from '../../../shared/golden-images/remedies/remedies.ts';
import type { ServedVersions, Snapshot } from '../../../shared/golden-images/snapshot.ts';
import { TEMPLATES_PATH } from '../../../shared/golden-images/templates.ts';
import { type Incident, newIncident } from '../../../shared/incidents/incident.ts';
import { judge } from '../../../shared/judge.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, IMPORT_DISABLED, incidentAfter, NO_ANNOTATION, NO_SUPPORTED, posted } from '../../helpers/incidents.ts';
import { dataSource, dataVolume, IMAGES, instance, kubeVirtReads, virtualMachine } from '../../helpers/kubevirt-objects.ts';

export const FORGED = `kubectl patch hyperconvergeds.v1.hco.kubevirt.io -n a b --type=merge -p '{"spec":null}'`;
const BAD = [
  ...['<!channel>', '<!here|ok>', '<@U123>', '<#C1>', '<http://evil.example|ok>', '&amp;', '&lt;', '&', '<<<>>>', '`', '```', '*_~'],
  ...[
    '\n',
    '\r\n',
    '\t',
    '\0',
    '\u001b[2J',
    '\u2028',
    '\u0085',
    FORGED,
    `\n${FORGED}\n`,
    ` ${FORGED}`,
    `oc ${FORGED.slice(8)}`,
    '@@ -1 +1 @@',
  ],
  ...['\u202e', '\u2066', '\u200b', '\u200d', '\ufeff', '\u00ad', '\u3164', '\ufe0f', '\ud83d', '\ude00', '\ud83d\ude00', '\u{e0041}'],
  ...['javascript:alert(1)', 'https://user:pass@evil.example/', '%', "'", '"', '\\', '$(reboot)', ':tada:', ' ', 'a'],
];

/** Any text: short and bad, of several bad parts, or very long. */
export const hostile = fc.oneof(
  fc.constantFrom(...BAD),
  fc.array(fc.constantFrom(...BAD), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('')),
  fc.constantFrom(...BAD).map((part) => part.repeat(Math.ceil(10_000 / part.length))),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
);

const architecture = fc.oneof({ weight: 3, arbitrary: fc.constantFrom('amd64', 'arm64', 's390x', '') }, hostile);

const taint = fc.record({ key: hostile, value: hostile, effect: fc.constantFrom('NoSchedule', 'NoExecute', 'PreferNoSchedule') });

const anyNode = fc
  .record({
    name: fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), hostile),
    architecture,
    label: fc.option(architecture, { nil: undefined }),
    pool: fc.option(hostile, { nil: undefined }),
    role: fc.constantFrom('worker', 'worker', 'worker', 'worker', 'control-plane'),
    ready: fc.constantFrom('True', 'False', 'Unknown'),
    cordoned: fc.boolean(),
    taints: fc.array(taint, { maxLength: 2 }),
  })
  .map(({ name, architecture: reported, label, pool, role, ...options }) => {
    const labels = { 'karpenter.sh/nodepool': pool, ...(label === undefined ? {} : { 'kubernetes.io/arch': label }) };
    return node(name, reported, { roles: [role], labels, ...options });
  });

const declared = fc.option(fc.oneof(architecture, fc.constant('amd64,arm64')), { nil: undefined });

/** Also the one that virtual machines are cloned from. */
const goldenImages = fc
  .tuple(fc.dictionary(fc.oneof(hostile, fc.constant('')), declared, { minKeys: 1, maxKeys: 12 }), declared)
  .map(([others, own]) => ({ ...others, fedora: own }));

const served = fc
  .record({ preferred: fc.oneof(fc.constantFrom('v1', 'v1beta1'), hostile), field: fc.boolean() })
  .map(
    ({ preferred, field }): ServedVersions => ({ versions: ['v1', 'v1beta1'], preferred, v1HasImportField: { ok: true, value: field } }),
  );

/** Mostly such that the alert has a reason to fire. */
const placement = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  fc.dictionary(fc.constantFrom('kubernetes.io/arch', 'zone'), architecture, { maxKeys: 1 }).map((selector) => nodePlacement(selector)),
);

const OTHERS = ['argocd-controller', 'kustomize-controller', 'work-agent', 'config-policy-controller', 'kubectl-edit'];
const TOUCHED = {
  'f:workloadSources': { 'f:enableMultiArchBootImageImport': {}, 'f:dataImportCronTemplates': {} },
  'f:deployment': { 'f:nodePlacements': { 'f:workload': {} } },
  'f:featureGates': {},
};

/** Marks of tools and their field managers. */
const metadata = fc
  .record({
    instance: fc.option(hostile, { nil: undefined }),
    subscription: fc.option(hostile, { nil: undefined }),
    release: fc.option(hostile, { nil: undefined }),
    writers: fc.array(
      fc.record({ manager: fc.oneof(hostile, fc.constantFrom(...OTHERS)), operation: fc.constantFrom('Update', 'Apply') }),
      { maxLength: 3 },
    ),
  })
  .map(({ instance: application, subscription, release, writers }): JsonObject => {
    const marks = {
      'argocd.argoproj.io/instance': application,
      'apps.open-cluster-management.io/hosting-subscription': subscription,
      'meta.helm.sh/release-name': release,
    };
    const annotations = Object.fromEntries(Object.entries(marks).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
    const managedFields = writers.map((writer) => ({
      ...{ ...writer, apiVersion: 'hco.kubevirt.io/v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:spec': TOUCHED } },
      time: '2026-11-20T08:00:00Z',
    }));
    return { annotations, managedFields, generation: 3 };
  });

/** The CR's own entries of some of its images, and of one that is nowhere else. */
const ownTemplates = (names: readonly string[]) =>
  fc
    .record({ own: fc.subarray([...names]), other: hostile, written: fc.option(hostile, { nil: undefined }), url: hostile })
    .map(({ own, other, written, url }): readonly JsonObject[] =>
      [...own, other].map((name) => ({
        metadata: { name, ...(written === undefined ? {} : { annotations: { 'ssp.kubevirt.io/dict.architectures': written } }) },
        spec: { managedDataSource: name, template: { spec: { source: { registry: { url } } } } },
      })),
    );

const machineName = fc.oneof(fc.stringMatching(/^[a-z]{1,8}$/), hostile).map((name) => `shop/${name.replaceAll('/', '-')}`);

const kubeVirt = fc.oneof(
  fc.constant(undefined),
  hostile.map((detail) => kubeVirtReads({ virtualMachines: { resource: 'virtualmachines.kubevirt.io', reason: 'forbidden', detail } })),
  fc
    .array(
      fc.record({
        name: machineName,
        architecture: fc.constantFrom('amd64', 'arm64'),
        nodeName: hostile,
        machine: fc.constantFrom('x86_64', 'aarch64', undefined),
      }),
      { maxLength: 12 },
    )
    .map((machines) =>
      kubeVirtReads({
        virtualMachines: machines.map(({ name, architecture: asked }) => virtualMachine(name, { architecture: asked, createdAt: RECENT })),
        instances: machines.map(({ name, nodeName, machine }) => instance(name, { nodeName, ...(machine ? { machine } : {}) })),
        dataSources: [dataSource(`${IMAGES}/fedora`, { cron: 'fedora' })],
        dataVolumes: machines.map(({ name }) => dataVolume(name, { cron: 'fedora', createdAt: RECENT })),
      }),
    ),
);

const RECENT = '2026-11-22T09:59:00Z';

const cr = (alert: AlertName) =>
  fc
    .record({
      version: fc.constantFrom('v1' as const, 'v1beta1' as const),
      gate: fc.boolean().map((explicit) => (alert === IMPORT_DISABLED ? (explicit ? false : undefined) : true)),
      isWrong: fc.nat(5).map((number) => number > 0),
      placement,
      goldenImages,
      reported: fc.option(fc.array(hostile, { maxLength: 12 }), { nil: undefined }),
    })
    .chain((options) =>
      fc.record({ metadata, own: ownTemplates(Object.keys(options.goldenImages)) }).map((more) => ({ ...options, ...more })),
    )
    .map(({ reported, gate, isWrong, metadata: marks, own, version, ...options }) =>
      hyperConverged({
        ...{ ...options, version, gate: isWrong ? gate : !gate, ...(reported === undefined ? {} : { reported }) },
        patch: { metadata: marks, ...(own.length > 0 ? nest(TEMPLATES_PATH[version], own) : {}) },
      }),
    );

const failure = hostile.map((detail): FailedRead => ({ resource: 'nodes', reason: 'server-error', detail }));

const nodes = fc.oneof({ weight: 8, arbitrary: fc.array(anyNode, { minLength: 2, maxLength: 14 }) }, failure);

const images = fc.dictionary(
  hostile,
  fc.oneof(
    fc.array(architecture, { maxLength: 3 }).map((architectures): ImageReading => ({ kind: 'known', architectures })),
    hostile.map((why): ImageReading => ({ kind: 'unknown', why })),
  ),
);

const found = (alert: AlertName) =>
  fc
    .record({ nodes, hyperConverged: cr(alert), served, kubeVirt, images })
    .map(({ kubeVirt: machines, images: read, ...objects }): Snapshot => {
      const taken = snapshot(objects);
      const { hyperConverged: named } = taken;
      const known =
        named.ok && named.value ? named.value.goldenImages.map(({ name }, index) => [name, Object.values(read)[index]] as const) : [];
      return { ...taken, kubeVirt: machines, images: new Map(known.flatMap(([name, image]) => (image ? [[name, image]] : []))) };
    });

/** What a server may say of a change. */
const acceptance = fc.record({
  accepted: fc.constantFrom(true, true, false, null),
  by: fc.constantFrom('schema' as const, 'dry run' as const),
  reason: fc.option(hostile, { nil: undefined }),
  warnings: fc.array(hostile, { maxLength: 30 }),
});

/** Addresses that may be linked: they came as http(s). */
const address = fc.oneof(
  hostile,
  fc.constantFrom('https://example.org/runbook?a=1&b=2', 'https://console.example.org/monitoring', 'http://[::1]:9093/#/alerts'),
  hostile.map((text) => `https://example.org/${text}`),
  fc.constant(`https://example.org/?${'&'.repeat(900)}`),
);
const maybeAddress = fc.option(address, { nil: undefined });

const series = fc.record({
  fingerprint: fc.string({ minLength: 1, maxLength: 8 }),
  status: fc.constantFrom('firing' as const, 'resolved' as const),
  links: fc.record({ runbook: maybeAddress, graph: maybeAddress, alertmanager: maybeAddress }),
});

const TIMES = ['2026-11-22T10:00:00Z', '2026-11-22T10:10:00Z', '2026-11-22T10:20:00Z'];

/** An incident that hostile looks and deliveries made, with an episode. */
export const hostileIncident: fc.Arbitrary<Incident> = fc
  .constantFrom<AlertName[]>(IMPORT_DISABLED, IMPORT_DISABLED, NO_SUPPORTED, NO_ANNOTATION)
  .chain((alert) =>
    fc.record({
      looks: fc.array(fc.record({ snapshot: found(alert), said: acceptance, series: fc.array(series, { maxLength: 5 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
      alert: fc.constant(alert),
      cluster: hostile,
      kubectl: fc.constantFrom('kubectl' as const, 'oc' as const),
    }),
  )
  .map(({ looks, ...options }) => {
    const claims = (said: (typeof looks)[number]['series'], at: string) => (said.length === 0 ? [] : [delivers(at, said)]);
    const timed = looks.map((look, index) => ({ ...look, at: TIMES[index] ?? '' }));
    return timed.reduce(
      (after, { snapshot: look, said, series: heard, at }) => {
        const judged = judge(look, options.kubectl).map((judgement) => ({
          ...judgement,
          remedies: byPreference(judgement.remedies.map((remedy) => (remedy.change ? withAcceptance(remedy, said) : remedy))),
        }));
        const next = incidentAfter([{ snapshot: look, at, claims: claims(heard, at), judged }], { ...options, after });
        return next.episode?.said ? next : posted(next); // and then the channel is away: what comes is to be told
      },
      newIncident(options.cluster, options.alert),
    );
  })
  .filter(({ episode }) => episode !== undefined);
