/** What real operators decided, and what we decide, in the same words: recorded states to be played again. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from '../../shared/golden-images/conditions.ts';
import { readHyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import { readNode } from '../../shared/golden-images/node.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import type { KubernetesObject } from './servers/objects.ts';
import { type TruthName, truthFolder } from './servers/paths.ts';

/** By golden image, in lower case; 0 means that its alert fires. */
type Gauge = Readonly<Record<string, 0 | 1>>;

/** The keys of `truth.json`; those that a release does not record, or not now, are absent. */
export interface Answer {
  readonly metric: 0 | 1 | null;
  readonly workloadsArchitectures: readonly string[];
  readonly controlPlaneArchitectures: readonly string[];
  readonly defaultWorkloadArchitecture?: string | null;
  readonly withArchitectureAnnotation?: Gauge;
  readonly withSupportedArchitectures?: Gauge;
}

/** One state of a cluster, as `kubectl get nodes,hyperconvergeds` showed it. */
export interface Dump {
  /** Of the state: those of the same name are one. */
  readonly state: string;
  /** Of the HyperConverged: `v1`. */
  readonly version: string;
  readonly objects: readonly KubernetesObject[];
  /** What the operator answered. */
  readonly answer: Answer;
}

/** Every dump of a folder. Throws where a state has no dump, or a dump no answer. */
export function readTruth(folder: TruthName): readonly Dump[] {
  const path = truthFolder(folder);
  const answers: Readonly<Record<string, Answer>> = readJson(join(path, 'truth.json'));
  const files = readdirSync(path).filter((file) => /\.v1(beta1)?\.json$/.test(file));
  const dumps = files.map((file) => {
    const [state = '', version = ''] = file.split('.');
    const answer = answers[state];
    if (!answer) throw new Error(`${file} has no answer in truth.json`);
    return { state, version, objects: readJson(join(path, file)).items, answer };
  });
  const missing = Object.keys(answers).filter((state) => !dumps.some((dump) => dump.state === state));
  if (missing.length > 0) throw new Error(`no dump of ${missing.join(', ')} in ${path}`);
  return dumps;
}

function readJson(file: string): ReturnType<typeof JSON.parse> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** What one look at a server with these objects would have read. */
export function snapshotOf({ objects }: Pick<Dump, 'objects'>): Snapshot {
  const [hyperConverged] = objects.filter(({ kind }) => kind === 'HyperConverged');
  const nodes = objects.filter(({ kind }) => kind === 'Node');
  return {
    takenAt: '2026-11-22T10:00:00.000Z',
    operator: undefined,
    versions: { nodes: undefined, hyperConverged: undefined },
    nodes: { ok: true, value: nodes.map((node) => readNode(node)) },
    hyperConverged: { ok: true, value: hyperConverged && readHyperConverged(hyperConverged) },
    served: undefined,
  };
}

/** Our answer, with those of the optional keys that `recorded` has. Throws where anything is unknown or no HyperConverged is there. */
export function answerOf(snapshot: Snapshot, recorded: Answer): Answer {
  const conditions = new Map(ALERT_RULES.map((rule) => [rule.alert, judgeCondition(rule, snapshot)]));
  const evidence = evidenceOf(conditions.get('HCOMultiArchGoldenImagesDisabled'));
  const { workload, controlPlane, default: usual } = evidence.architectures;
  return {
    metric: metricOf(conditions.get('HCOMultiArchGoldenImagesDisabled')),
    workloadsArchitectures: workload,
    controlPlaneArchitectures: controlPlane,
    ...('defaultWorkloadArchitecture' in recorded ? { defaultWorkloadArchitecture: usual ?? null } : {}),
    ...(evidence.gate.enabled ? gaugesOf(conditions) : {}),
  };
}

function evidenceOf(condition: Condition | undefined) {
  if (condition === undefined || condition.kind === 'unknown' || condition.evidence === undefined) {
    throw new Error(`there is nothing to answer from: ${JSON.stringify(condition)}`);
  }
  return condition.evidence;
}

/** 0 by the alert's own condition; the other two by why it is absent. */
function metricOf(condition: Condition | undefined): Answer['metric'] {
  if (condition?.kind === 'present') return 0;
  const { architectures, gate, goldenImages } = evidenceOf(condition);
  return gate.enabled && architectures.workload.length > 1 && goldenImages.length > 0 ? 1 : null;
}

/** HCO does not ask which architectures an image supports while it does not say any. */
function gaugesOf(
  conditions: ReadonlyMap<AlertName, Condition>,
): Pick<Answer, 'withArchitectureAnnotation' | 'withSupportedArchitectures'> {
  return {
    withArchitectureAnnotation: gaugeOf(conditions.get('HCOGoldenImageWithNoArchitectureAnnotation'), () => true),
    withSupportedArchitectures: gaugeOf(conditions.get('HCOGoldenImageWithNoSupportedArchitecture'), Boolean),
  };
}

function gaugeOf(condition: Condition | undefined, isAsked: (declared: string | undefined) => boolean): Gauge {
  if (condition === undefined || condition.kind === 'unknown') throw new Error('a condition is unknown');
  const asked = condition.goldenImages.filter(({ declaredArchitectures }) => isAsked(declaredArchitectures));
  const values = asked.map(({ name, condition }) => [name.toLowerCase(), condition === 'present' ? 0 : 1] as const);
  return Object.fromEntries(values);
}
