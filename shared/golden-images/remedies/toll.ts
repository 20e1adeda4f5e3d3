/** Whom a narrower placement would hurt: virtual machines that run on nodes that drop out, and those that could not start again. */
import { runningOn, withoutNodes } from '../affected-machines.ts';
import type { FailedRead } from '../read.ts';
import { unreadWords } from '../risk-words.ts';
import { count, listOf } from '../words.ts';
import type { Situation } from './remedy.ts';

export interface Toll {
  /** Running on nodes that drop out, as `namespace/name`; undefined where nobody could look. */
  readonly orphans: readonly string[] | undefined;
  /** Why it is not advised; undefined where nobody would be hurt. */
  readonly reason: string | undefined;
}

/** `closed` are the nodes that take no virtual machine any more, `left` the architectures of those that do. */
export function tollOf({ snapshot, evidence }: Situation, closed: readonly string[], left: readonly string[]): Toll {
  const { kubeVirt } = snapshot;
  if (kubeVirt === undefined) return notLookedAt('was not looked at');
  const orphans = runningOn(kubeVirt, new Set(closed));
  if (!orphans.ok) return notLookedAt(`is not known: ${unreadWords(orphans.failure)}`);
  const stranded = withoutNodes(kubeVirt, left);
  if (!stranded.ok) return { orphans: orphans.value, reason: sentences(orphaned(orphans.value), mayBeStranded(stranded.failure)) };
  const before = withoutNodes(kubeVirt, evidence.architectures.workload);
  const newly = new Set(stranded.value).difference(new Set(before.ok ? before.value : []));
  const idle = [...newly.difference(new Set(orphans.value))];
  return { orphans: orphans.value, reason: sentences(orphaned(orphans.value), cannotStart(idle)) };
}

function notLookedAt(why: string): Toll {
  return { orphans: undefined, reason: `Whether virtual machines run on the nodes that drop out ${why}.` };
}

function sentences(...all: readonly (string | undefined)[]): string | undefined {
  const said = all.filter((sentence) => sentence !== undefined);
  return said.length === 0 ? undefined : said.join(' ');
}

function orphaned(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const [they, them] = names.length === 1 ? ['It', 'it'] : ['They', 'them'];
  const run = names.length === 1 ? 'runs' : 'run';
  return `${count(names.length, 'virtual machine')} ${run} on nodes that drop out and would be orphaned: ${listOf(names)}. ${they} cannot migrate to another architecture; stop ${them} first, and ${they.toLowerCase()} cannot start again.`;
}

function cannotStart(names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  return `${count(names.length, 'virtual machine')} would have no node to start on again, for want of one of ${names.length === 1 ? 'its' : 'their'} architecture: ${listOf(names)}.`;
}

function mayBeStranded(failure: FailedRead): string {
  return `Whether virtual machines would have no node to start on is not known: ${unreadWords(failure)}.`;
}
