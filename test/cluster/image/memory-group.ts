/** A limit of memory that the kernel keeps, of either version of cgroups. */
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';

export interface MemoryGroup {
  /** Who writes its pid here is in the group, with all that it starts. */
  readonly processes: string;
  /** Ids of the processes in it. */
  pids(): readonly number[];
  /** How often the kernel ended one of its processes. */
  kills(): number;
  /** Once all its processes have ended. */
  remove(): void;
}

interface Version {
  readonly parent: string;
  readonly limit: string;
  readonly events: string;
}

const V1: Version = {
  parent: join(ROOT, 'memory'),
  limit: 'memory.limit_in_bytes',
  events: 'memory.oom_control',
};
const V2: Version = { parent: ROOT, limit: 'memory.max', events: 'memory.events' };

/** Makes a group with that limit in bytes. Throws where this machine lets nobody make one: then nothing can be shown here. */
export function createMemoryGroup(name: string, limit: number): MemoryGroup {
  const version = existsSync(join(V1.parent, V1.limit)) ? V1 : V2;
  if (version === V2) handDown();
  const folder = join(version.parent, `${name}-${process.pid}`);
  mkdirSync(folder);
  const read = (file: string) => readFileSync(join(folder, file), 'utf8');
  writeFileSync(join(folder, version.limit), String(limit));
  if (version === V2) writeFileSync(join(folder, 'memory.swap.max'), '0');
  return {
    processes: join(folder, 'cgroup.procs'),
    pids: () => read('cgroup.procs').split('\n').filter(Boolean).map(Number),
    kills: () => Number(/^oom_kill (\d+)$/m.exec(read(version.events))?.[1]),
    remove: () => rmdirSync(folder),
  };
}

/** A group has the files of a limit only where its parent hands that down. */
function handDown(): void {
  const has = (file: string) => readFileSync(join(ROOT, file), 'utf8').split(/\s/).includes('memory');
  if (!existsSync(join(ROOT, 'cgroup.controllers')) || !has('cgroup.controllers'))
    throw new Error(`no limit of memory can be set: ${ROOT} has no memory controller of either version`);
  if (!has('cgroup.subtree_control')) writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+memory');
}
