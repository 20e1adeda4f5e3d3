/** Clusters and alerts as somebody would make them who wants a message to lie, to notify, or not to be taken. */
import fc from 'fast-check';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import type { FailedRead, ServedVersions } from '../../../shared/golden-images/snapshot.ts';
import { type Incident, newIncident } from '../../../shared/incidents/incident.ts';
import { hyperConverged, node, nodePlacement, snapshot } from '../../helpers/cluster-objects.ts';
import { delivers, IMPORT_DISABLED, incidentAfter, NO_ANNOTATION, NO_SUPPORTED, posted } from '../../helpers/incidents.ts';

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

const goldenImages = fc.dictionary(
  fc.oneof(hostile, fc.constant('')),
  fc.option(fc.oneof(architecture, fc.constant('amd64,arm64')), { nil: undefined }),
  { minKeys: 1, maxKeys: 12 },
);

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
    .map(({ reported, gate, isWrong, ...options }) =>
      hyperConverged({ ...options, gate: isWrong ? gate : !gate, ...(reported === undefined ? {} : { reported }) }),
    );

const failure = hostile.map((detail): FailedRead => ({ resource: 'nodes', reason: 'server-error', detail }));

const nodes = fc.oneof({ weight: 8, arbitrary: fc.array(anyNode, { minLength: 2, maxLength: 14 }) }, failure);

const found = (alert: AlertName) => fc.record({ nodes, hyperConverged: cr(alert), served }).map(snapshot);

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
      looks: fc.array(fc.record({ snapshot: found(alert), series: fc.array(series, { maxLength: 5 }) }), { minLength: 1, maxLength: 3 }),
      alert: fc.constant(alert),
      cluster: hostile,
      kubectl: fc.constantFrom('kubectl' as const, 'oc' as const),
    }),
  )
  .map(({ looks, ...options }) => {
    const claims = (said: (typeof looks)[number]['series'], at: string) => (said.length === 0 ? [] : [delivers(at, said)]);
    const timed = looks.map((look, index) => ({ ...look, at: TIMES[index] ?? '' }));
    return timed.reduce(
      (after, { snapshot: look, series: said, at }) => {
        const next = incidentAfter([{ snapshot: look, at, claims: claims(said, at) }], { ...options, after });
        return next.episode?.said ? next : posted(next); // and then the channel is away: what comes is to be told
      },
      newIncident(options.cluster, options.alert),
    );
  })
  .filter(({ episode }) => episode !== undefined);
