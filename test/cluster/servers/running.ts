/** What tests have started, so that none of it outlives them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Stop = () => unknown;

const running = new Map<Stop, string>();
let root: string | undefined;

/** Remembers how to stop a thing; call the answer once it has stopped. */
export function remember(name: string, stop: Stop): () => void {
  running.set(stop, name);
  return () => void running.delete(stop);
}

/** Stops whatever was left running and says what it was. */
export async function stopLeftovers(): Promise<readonly string[]> {
  const names = [...running.values()];
  await Promise.all([...running.keys()].map((stop) => stop()));
  return names;
}

/** A new folder for one server's files; the last of them go when the tests end. */
export function temporaryFolder(): Promise<string> {
  root ??= mkdtempSync(join(tmpdir(), 'archwatch-cluster-'));
  return mkdtemp(join(root, '-'));
}

// The last resort, when the tests end without having stopped their servers: only what is synchronous still happens here.
process.on('exit', () => {
  for (const stop of running.keys()) void stop();
  if (root) rmSync(root, { recursive: true, force: true });
});
