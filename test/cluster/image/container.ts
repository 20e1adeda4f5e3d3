/** A function as the cluster runs it: process 1, nothing of this machine but its own read-only root, no user but its own, no right, and a limit of memory. */
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type RunningFunction, startListening } from '../servers/function.ts';
import { type Finished, run } from '../servers/process.ts';
import { temporaryFolder } from '../servers/running.ts';
import type { Image } from './build.ts';
import { createMemoryGroup, type MemoryGroup } from './memory-group.ts';

export interface Container extends RunningFunction {
  readonly memory: MemoryGroup;
  /** What the kernel says of its process, by the names of proc_pid_status(5). */
  status(): Readonly<Record<string, string>>;
}

export interface Room {
  /** Starts a function with this limit in bytes. */
  start(name: string, env: Readonly<Record<string, string>>, limit: number): Promise<Container>;
  /** Runs a script of Node in the same room, under the same rights, to its end. */
  run(script: string): Promise<Finished>;
}

const NODE = '/usr/local/bin/node';
const SETPRIV = '/usr/bin/setpriv';

/** Lays out the root of the image, and in it these files: what volumes would mount, by their paths. */
export async function createRoom(image: Image, volumes: Readonly<Record<string, string>>): Promise<Room> {
  const root = await temporaryFolder();
  chmodSync(root, 0o755); // others come in
  const copy = (from: string, to = from) => {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  };
  copy(process.execPath, NODE);
  copy(SETPRIV);
  for (const library of new Set([...(await librariesOf(process.execPath)), ...(await librariesOf(SETPRIV))])) copy(library);
  for (const [path, file] of Object.entries(volumes)) copy(file, path);
  for (const folder of ['proc', 'sys/fs/cgroup', 'tmp']) mkdirSync(join(root, folder), { recursive: true });
  cpSync(image.app, join(root, 'app'), { recursive: true });
  const within = [root, SETPRIV, `--reuid=${image.uid}`, `--regid=${image.gid}`, '--clear-groups', ...NO_RIGHTS, NODE];
  return {
    start: async (name, env, limit) => {
      const memory = createMemoryGroup(`archwatch-${name}`, limit);
      const settings = {
        name: `container ${name}`,
        command: 'unshare',
        args: [...UNSHARE, ENTER, memory.processes, ...within, ...image.entrypoint.slice(1), `/app/${name}.js`],
        env: { PATH: process.env.PATH, ...image.env, ...env },
        kill: (signal: NodeJS.Signals) => killAll(memory, signal),
      };
      await forgetCache(join(root, NODE));
      const started = await startListening(settings).catch((error: unknown) => {
        memory.remove();
        throw error;
      });
      const stop: Container['stop'] = async (signal) => {
        const exit = await started.stop(signal);
        memory.remove();
        return exit;
      };
      return { ...started, stop, memory, status: () => statusOf(memory) };
    },
    run: (script) => run('unshare', [...UNSHARE, ENTER, '/dev/null', ...within, '-e', script], { env: { PATH: process.env.PATH } }),
  };
}

const NO_RIGHTS = ['--bounding-set=-all', '--inh-caps=-all', '--no-new-privs', '--'];
const UNSHARE = ['--mount', '--propagation=private', '--pid', '--fork', 'sh', '-euc'];
/** $0 takes the process into its group; $1 is the root. */
const ENTER = `
echo $$ > "$0"
mount --bind "$1" "$1"
mount --types proc --options ro proc "$1/proc"
mount --rbind --options ro /sys/fs/cgroup "$1/sys/fs/cgroup"
mount --options remount,bind,ro "$1"
exec chroot "$@"`;

/** From outside, as the kubelet does: `unshare` passes no signal on, and ends with the status of its process 1. */
function killAll({ pids }: MemoryGroup, signal: NodeJS.Signals): boolean {
  const found = pids();
  for (const pid of found) process.kill(pid, signal);
  return found.length > 0;
}

/** The shared libraries of a program, and what loads them. */
async function librariesOf(program: string): Promise<readonly string[]> {
  const { stdout } = await run('ldd', [program], { env: { PATH: process.env.PATH } });
  return [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map(([, path = '']) => path);
}

/** What the tests have read of Node is in memory at their own cost: the function must pay for it, as on a node where it starts first. */
async function forgetCache(file: string): Promise<void> {
  const env = { PATH: process.env.PATH };
  await run('sync', [file], { env });
  const { status, stderr } = await run('dd', [`if=${file}`, 'iflag=nocache', 'count=0'], { env });
  if (status !== 0) throw new Error(stderr);
}

function statusOf({ pids }: MemoryGroup): Readonly<Record<string, string>> {
  const [pid, ...others] = pids();
  if (pid === undefined || others.length > 0) throw new Error(`there is not one process in the group: ${pids()}`);
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').trim().split('\n');
  return Object.fromEntries(lines.map((line) => line.split(/:\s*/)).map(([name = '', value = '']) => [name, value]));
}
