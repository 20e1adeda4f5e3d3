/** One remedy on a real API server: what is said of it beforehand, its command, and what came of it. */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../../local/embedded-cluster/json.ts';
import type { ApiVersion } from '../../../local/embedded-cluster/releases.ts';
import type { CheckedRemedy, PrintedChange } from '../../../shared/checked-remedy.ts';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import { type Judgement, judge } from '../../../shared/judge.ts';
import { promisedBy } from '../printed-diff.ts';
import type { Answer } from '../servers/kubernetes-client.ts';
import type { Images, OperatedCluster } from './operated-cluster.ts';

/** A CR, and what is known beside it. */
export interface Installed {
  readonly spec: JsonObject;
  readonly images?: Images | undefined;
  /** Alerts that each remedy starts; undefined where that differs among them. */
  readonly traded?: readonly AlertName[] | undefined;
  /** Alerts that a remedy is said to start, and does not. */
  readonly feared?: readonly AlertName[] | undefined;
}

/** A remedy that works by a change of the CR, as it was offered. */
export interface Offer {
  readonly alert: AlertName;
  readonly remedy: CheckedRemedy & { readonly change: PrintedChange; readonly command: string; readonly diff: string };
  /** The alerts whose condition was present. */
  readonly present: readonly AlertName[];
}

/** What a look says of each alert. */
export async function judgementsOn(cluster: OperatedCluster, images?: Images): Promise<readonly Judgement[]> {
  return judge(await cluster.look(images), 'kubectl');
}

/** All that can be carried out by a change of the CR. */
export function offersIn(judgements: readonly Judgement[]): readonly Offer[] {
  const present = presentIn(judgements);
  return judgements.flatMap(({ alert, remedies }) =>
    remedies.flatMap((remedy) => {
      const { feasible, change, command, diff } = remedy;
      return feasible && change && command && diff ? [{ alert, present, remedy: { ...remedy, change, command, diff } }] : [];
    }),
  );
}

/** The alerts whose condition is present. */
export function presentIn(judgements: readonly Judgement[]): readonly AlertName[] {
  return judgements.filter(({ condition }) => condition.kind === 'present').map(({ alert }) => alert);
}

/** The schema’s word is the server’s, for both forms of the change, and both would store the same. */
export async function assertAcceptance(cluster: OperatedCluster, { id, target, change, acceptance }: CheckedRemedy): Promise<void> {
  if (change === undefined) return;
  const tried = await Promise.all([change.patch, change.jsonPatch].map((body) => cluster.send(target.version, body)));
  for (const one of tried) assert.equal(acceptance.accepted, one.taken, `${id}: ${acceptance.reason}; ${JSON.stringify(one)}`);
  const [merged, patched] = tried.map((one) => (one.taken ? one.stored.spec : undefined));
  assert.deepEqual(merged, patched, `${id}: the merge patch and the JSON Patch make different specs`);
}

/** Its command on the CR that it was printed for: the condition is absent then, and all came as was said. */
export async function assertWorks(cluster: OperatedCluster, installed: Installed, offer: Offer): Promise<void> {
  const { target, change, diff } = offer.remedy;
  await cluster.install(installed.spec);
  const then = await cluster.read(target.version);
  assert.deepEqual(then.spec, change.before.spec, 'it was made for another CR');
  await runAsPrinted(cluster, offer.remedy);
  const now = await cluster.read(target.version);
  const promised = await cluster.filled(target.version, { ...now, spec: promisedBy(diff, { spec: then.spec }).spec });
  assert.deepEqual(now.spec, promised.spec, `what is stored is not what the diff says:\n${diff}`);
  assertOthersStay(then.spec, now.spec, change.patch.spec);
  await cluster.reconcile();
  await assertCameTrue(cluster, installed, offer);
  await assertOnce(cluster, offer, now);
}

/** kubectl takes it, without a word more. */
export async function runAsPrinted({ server }: Pick<OperatedCluster, 'server'>, { command, target }: Offer['remedy']): Promise<void> {
  const { version, namespace, name } = target;
  assert.ok(command.startsWith(`kubectl patch hyperconvergeds.${version}.hco.kubevirt.io -n ${namespace} ${name} --type=`), command);
  const finished = await server.runShell(command);
  assert.deepEqual(finished, { status: 0, stdout: `hyperconverged.hco.kubevirt.io/${name} patched\n`, stderr: '' }, command);
}

/** Entries of lists that the merge patch has as they were are stored byte for byte, and in their order. */
function assertOthersStay(then: Answer, now: Answer, patch: Answer): void {
  if (Array.isArray(patch)) {
    const [was, is, asked] = [then ?? [], now ?? [], patch].map((list: readonly Answer[]) => list.map((entry) => JSON.stringify(entry)));
    const others = (was ?? []).filter((entry) => asked?.includes(entry));
    assert.deepEqual(
      is?.filter((entry) => others.includes(entry)),
      others,
    );
  } else if (typeof patch === 'object' && patch !== null) {
    for (const name of Object.keys(patch)) assertOthersStay(then?.[name], now?.[name], patch[name]);
  }
}

async function assertCameTrue(
  cluster: OperatedCluster,
  { images, traded, feared = [] }: Installed,
  { alert, remedy, present }: Offer,
): Promise<void> {
  const { prediction } = remedy.change;
  const judgements = await judgementsOn(cluster, images);
  const again = judgements.find((judgement) => judgement.alert === alert);
  assert.ok(again?.condition.kind === 'absent' && again.condition.evidence, `it is ${again?.condition.kind}`);
  assert.deepEqual(
    again.remedies.filter(({ change }) => change).map(({ id }) => id),
    [],
    'something is offered for what is over',
  );
  const started = presentIn(judgements).filter((one) => !present.includes(one));
  const foretold = prediction.starts.map((start) => start.alert).filter((one) => started.includes(one) || !feared.includes(one));
  assert.deepEqual(foretold, started, 'other alerts start than was said');
  if (traded) assert.deepEqual(started, traded);
  const { architectures, rows, goldenImages } = again.condition.evidence;
  assert.deepEqual(
    [prediction.workloadArchitectures, prediction.workloadNodes, prediction.goldenImages?.images],
    [architectures.workload, rows.reduce((sum, { nodes }) => sum + nodes.length, 0), goldenImages.length],
  );
}

/** A merge patch changes nothing more; a JSON Patch fits only what it was made for. */
async function assertOnce(cluster: OperatedCluster, { remedy: { command, target, change } }: Offer, now: Answer): Promise<void> {
  if (command.includes(' --type=json ')) return assertRefused(cluster, target.version, change);
  const again = await cluster.send(target.version, change.patch, { store: true });
  assert.ok(again.taken);
  assert.deepEqual([again.stored.spec, again.stored.metadata.generation], [now.spec, now.metadata.generation], 'a second run changes more');
}

const UNRELATED: Readonly<Record<ApiVersion, JsonObject>> = {
  v1: { spec: { virtualization: { virtualMachineOptions: { defaultCPUModel: 'Haswell' } } } },
  v1beta1: { spec: { defaultCPUModel: 'Haswell' } },
};

/** Whatever was changed meanwhile: a place in a list may be another's now. */
export async function assertRefusedWhenOld(
  cluster: OperatedCluster,
  { spec }: Installed,
  { remedy: { target, change } }: Offer,
): Promise<void> {
  await cluster.install(spec);
  assert.ok((await cluster.send(target.version, change.jsonPatch)).taken);
  assert.ok((await cluster.send(target.version, UNRELATED[target.version], { store: true })).taken);
  await assertRefused(cluster, target.version, change);
}

async function assertRefused(cluster: OperatedCluster, version: ApiVersion, { jsonPatch }: PrintedChange): Promise<void> {
  const tried = await cluster.send(version, jsonPatch);
  assert.ok(!tried.taken && / answered 422 to /.test(tried.words), JSON.stringify(tried));
}
