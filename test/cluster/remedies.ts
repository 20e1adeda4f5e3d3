/** The remedies of a message on a real API server: each command is run as it is printed, and what it did is compared with what was promised. */
import assert from 'node:assert/strict';
import { applyPatch } from 'diff';
import { parse } from 'yaml';
import { type Judgement, judge } from '../../shared/judge.ts';
import { NAME, pathOf } from './hyperconverged.ts';
import { lookWith } from './look.ts';
import type { PrintedRemedy } from './message.ts';
import type { ApiServer } from './servers/api-server.ts';
import type { Answer } from './servers/kubernetes-client.ts';

const GATE = 'enableMultiArchBootImageImport';

type Version = 'v1' | 'v1beta1';

/** Carries it out, finds the condition absent and the promises kept, and undoes it. */
export async function assertEnds(server: ApiServer, version: Version, remedy: PrintedRemedy): Promise<void> {
  const path = pathOf({ version });
  const before = await server.send('GET', path);
  await carryOut(server, version, remedy);
  const after = await server.send('GET', path);
  assertDiffIsTrue(remedy, before, after);
  await assertPredicted(server, remedy);
  await server.send('PUT', path, { ...before, metadata: { ...before.metadata, resourceVersion: after.metadata.resourceVersion } });
  assert.equal((await conditionOn(server)).kind, 'present', 'it was not undone');
}

/** Runs the command of a remedy, exactly as it is printed. */
export async function carryOut(server: ApiServer, version: Version, remedy: PrintedRemedy | undefined): Promise<void> {
  const command = commandOf(remedy);
  assert.ok(command.startsWith(`kubectl patch hyperconvergeds.${version}.hco.kubevirt.io -n ${NAME} ${NAME} `), command);
  const finished = await server.runShell(command);
  assert.deepEqual(finished, { status: 0, stdout: `hyperconverged.hco.kubevirt.io/${NAME} patched\n`, stderr: '' });
}

/** The printed diff, applied to the YAML of the touched part of the CR, is what the server has stored. */
function assertDiffIsTrue(remedy: PrintedRemedy, before: Answer, after: Answer): void {
  const patch = patchOf(remedy);
  const promised = applyPatch(toYaml(touched(patch, before)), remedy.diff);
  assert.ok(promised !== false, `the diff does not fit what is there:\n${remedy.diff}\n${toYaml(touched(patch, before))}`);
  assert.deepEqual(parse(promised), touched(patch, after));
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

/** The one architecture that a remedy leaves, or `every architecture`; by its command. */
export function targetOf(remedy: PrintedRemedy): string {
  return isImport(remedy) ? 'every architecture' : (/"kubernetes\.io\/arch":"(\w+)"/.exec(commandOf(remedy))?.[1] ?? 'none');
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

function patchOf(remedy: PrintedRemedy): Answer {
  const [, json = ''] = / --type=merge -p '([^']+)'$/.exec(commandOf(remedy)) ?? [];
  return JSON.parse(json);
}

async function conditionOn(server: ApiServer): Promise<Judgement['condition']> {
  const { snapshot } = await lookWith(server.kubeconfig);
  const judgement = judge(snapshot, 'kubectl').find(({ alert }) => alert === 'HCOMultiArchGoldenImagesDisabled');
  assert.ok(judgement);
  return judgement.condition;
}

/** The members of an object that a merge patch touches, and no others. */
function touched(patch: Answer, object: Answer): Answer {
  const there = Object.entries(patch).filter(([name]) => object[name] !== undefined);
  return Object.fromEntries(there.map(([name, change]) => [name, isMap(change) ? touched(change, object[name]) : object[name]]));
}

/** Maps within maps as YAML, by name; all that the touched part of a CR is made of. */
function toYaml(map: Answer, indent = ''): string {
  const lines = Object.keys(map)
    .sort()
    .map((name) => (isMap(map[name]) ? `${indent}${name}:\n${toYaml(map[name], `${indent}  `)}` : `${indent}${name}: ${map[name]}\n`));
  return lines.join('');
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
