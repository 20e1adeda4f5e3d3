/** The remedies of a message on a real API server: each command is run as it is printed, and what it did is compared with what was promised. */
import assert from 'node:assert/strict';
import { type Judgement, judge } from '../../shared/judge.ts';
import { NAME, pathOf } from './hyperconverged.ts';
import { lookWith } from './look.ts';
import type { PrintedRemedy } from './message.ts';
import { promisedBy } from './printed-diff.ts';
import type { ApiServer } from './servers/api-server.ts';
import type { Answer } from './servers/kubernetes-client.ts';
import { createHyperConverged } from './servers/objects.ts';

const GATE = 'enableMultiArchBootImageImport';

type Version = 'v1' | 'v1beta1';

/** Carries it out, finds the condition absent and the promises kept, and makes the CR anew as it was: its generation too, on which commands depend. */
export async function assertEnds(server: ApiServer, version: Version, remedy: PrintedRemedy): Promise<void> {
  const path = pathOf({ version });
  const before = await server.send('GET', path);
  await carryOut(server, version, remedy);
  const after = await server.send('GET', path);
  await assertDiffIsTrue(server, path, remedy, { before, after });
  await assertPredicted(server, remedy);
  await server.send('DELETE', path);
  const { apiVersion, kind, spec, status } = before;
  await createHyperConverged(server, { apiVersion, kind, metadata: { name: NAME, namespace: NAME }, spec }, status);
  assert.equal((await conditionOn(server)).kind, 'present', 'it was not undone');
}

/** Runs the command of a remedy, exactly as it is printed. */
export async function carryOut(server: ApiServer, version: Version, remedy: PrintedRemedy | undefined): Promise<void> {
  const command = commandOf(remedy);
  assert.ok(command.startsWith(`kubectl patch hyperconvergeds.${version}.hco.kubevirt.io -n ${NAME} ${NAME} `), command);
  const finished = await server.runShell(command);
  assert.deepEqual(finished, { status: 0, stdout: `hyperconverged.hco.kubevirt.io/${NAME} patched\n`, stderr: '' });
}

interface Stored {
  readonly before: Answer;
  readonly after: Answer;
}

/** The printed diff makes of the CR what the server has stored, but for defaults of its definition. */
async function assertDiffIsTrue(server: ApiServer, path: string, { diff }: PrintedRemedy, { before, after }: Stored): Promise<void> {
  const { spec } = promisedBy(diff, { spec: before.spec });
  const promised = await server.send('PUT', `${path}?fieldValidation=Strict&dryRun=All`, { ...after, spec });
  assert.deepEqual(after.spec, promised.spec, `what is stored is not what the diff says:\n${diff}`);
}

/** The condition is absent for the reason that the remedy has, on the nodes that the message foretold. */
async function assertPredicted(server: ApiServer, remedy: PrintedRemedy): Promise<void> {
  const condition = await conditionOn(server);
  assert.ok(condition.kind === 'absent' && condition.evidence, `it is ${condition.kind}`);
  assert.equal(condition.cause, isImport(remedy) ? 'import-enabled' : 'one-architecture');
  const { architectures, rows } = condition.evidence;
  const count = rows.reduce((sum, row) => sum + row.nodes.length, 0);
  const foretold = ['After it', 'clears', `${count} workload node`, `(${new Intl.ListFormat('en-GB').format(architectures.workload)})`];
  const isForetold = remedy.lines.some((line) => foretold.every((part) => line.includes(part)));
  assert.ok(isForetold, `nothing foretells ${foretold.join(' … ')}:\n${remedy.lines.join('\n')}`);
}

/** The one architecture that a remedy leaves, or `every architecture`. */
export function targetOf(remedy: PrintedRemedy): string {
  return isImport(remedy) ? 'every architecture' : (/ on (\w+) nodes only/.exec(remedy.title)?.[1] ?? remedy.title);
}

/** How a message says that it is over once this remedy is carried out. */
export function overBy(remedy: PrintedRemedy | undefined): RegExp {
  return isImport(remedy) ? /\bover: .*import is on/ : /\bover: .*placement.* narrowed/;
}

function isImport(remedy: PrintedRemedy | undefined): boolean {
  return commandOf(remedy).includes(GATE);
}

function commandOf(remedy: PrintedRemedy | undefined): string {
  assert.ok(remedy?.command, `no command is printed: ${remedy?.title}`);
  return remedy.command;
}

async function conditionOn(server: ApiServer): Promise<Judgement['condition']> {
  const { snapshot } = await lookWith(server.kubeconfig);
  const judgement = judge(snapshot, 'kubectl').find(({ alert }) => alert === 'HCOMultiArchGoldenImagesDisabled');
  assert.ok(judgement);
  return judgement.condition;
}
