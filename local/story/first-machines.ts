/** The virtual machines before the story begins: some older than the arm64 workers, some that boot from images imported since. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { NewVirtualMachine } from '../embedded-cluster/virtual-machine.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Twice a day HCO looks for newer images; this time the arm64 workers were there. */
const REFRESH_AGE_MS = 10 * MINUTE_MS;

type FirstMachine = Omit<NewVirtualMachine, 'createdAt'> & { readonly ageMs: number };

/** What guest agents say proves two of the three images to be of amd64; the disks of the others are older than the arm64 workers. */
const OLD: readonly FirstMachine[] = [
  { namespace: 'shop', name: 'web-1', image: 'fedora', guest: 'x86_64', ageMs: 30 * DAY_MS },
  { namespace: 'shop', name: 'web-2', image: 'fedora', ageMs: 30 * DAY_MS },
  { namespace: 'shop', name: 'db-1', image: 'centos-stream9', ageMs: 21 * DAY_MS },
  { namespace: 'shop', name: 'cache-1', image: 'centos-stream10', guest: 'x86_64', ageMs: 20 * DAY_MS },
  { namespace: 'lab', name: 'build-1', image: 'centos-stream9', isStopped: true, ageMs: 14 * DAY_MS },
];
/** For which architecture their images were imported, nothing tells. */
const NEW: readonly FirstMachine[] = [
  { namespace: 'lab', name: 'build-2', image: 'fedora', ageMs: 8 * MINUTE_MS },
  { namespace: 'lab', name: 'runner-1', image: 'centos-stream9', ageMs: 5 * MINUTE_MS },
];

/** Adds them; the nodes are there already. */
export function addFirstMachines(cluster: EmbeddedCluster, now: Date): void {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  const add = ({ ageMs, ...machine }: FirstMachine) => cluster.addVirtualMachine({ ...machine, createdAt: ago(ageMs) });
  OLD.forEach(add);
  for (const image of new Set(NEW.map(({ image }) => image))) cluster.refreshImage(image, ago(REFRESH_AGE_MS));
  NEW.forEach(add);
}
