/** What is going on while a function is killed. */
import type { Expected } from '../world/assess.ts';
import type { FunctionName, Replica } from '../world/replica.ts';
import { capture, deliver, ping, tellAdded } from '../world/signals.ts';
import type { World } from '../world/world.ts';

export interface Scenario {
  readonly title: string;
  readonly function: FunctionName;
  /** What is there before. */
  readonly prepare: (world: World, replica: Replica) => Promise<void>;
  /** The cluster changes and the signal comes, until it is taken or its sender has given up. */
  readonly play: (world: World, replica: Replica) => Promise<unknown>;
  readonly expected: Expected;
}

const IMPORT_ON = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };

const addBoth = async (world: World) => {
  await world.addNode('amd', 'amd64');
  await world.addNode('arm', 'arm64');
};
const isOpen = async (world: World, replica: Replica) => {
  await addBoth(world);
  await deliver(replica, capture(1));
};
const early = { verdict: 'early-warning', condition: 'present', claim: 'none' };

export const scenarios: readonly Scenario[] = [
  {
    title: 'an alert fires: a post',
    function: 'alertmanager-webhook',
    prepare: addBoth,
    play: (_world, replica) => deliver(replica, capture(1)),
    expected: { state: { verdict: 'confirmed', condition: 'present', claim: 'firing' }, shows: /run-\d+-arm/, replies: [] },
  },
  {
    title: 'it resolves after the import was enabled: an edit and a reply',
    function: 'alertmanager-webhook',
    prepare: async (world, replica) => {
      await isOpen(world, replica);
      await world.patchHyperConverged(IMPORT_ON);
    },
    play: (_world, replica) => deliver(replica, capture(2)),
    expected: {
      state: { verdict: 'resolved', condition: 'absent', claim: 'resolved' },
      shows: /the multi-architecture import is on/,
      replies: [{ says: /It is over: the multi-architecture import is on/, broadcast: false }],
    },
  },
  {
    title: 'it resolves, and is still true: an edit and a reply in the channel',
    function: 'alertmanager-webhook',
    prepare: isOpen,
    play: (_world, replica) => deliver(replica, capture(2)),
    expected: {
      state: { verdict: 'contradicted', condition: 'present', claim: 'resolved' },
      shows: /run-\d+-arm/,
      replies: [{ says: /is resolved\. It is not/, broadcast: true }],
    },
  },
  {
    title: 'a node of another architecture joins: a post before any alert',
    function: 'node-events',
    prepare: async (world) => void (await world.addNode('amd', 'amd64')),
    play: async (world, replica) => tellAdded(replica, await world.addNode('arm', 'arm64')),
    expected: { state: early, shows: /run-\d+-arm/, replies: [] },
  },
  {
    title: 'a node of a third architecture joins: an edit and a reply in the channel',
    function: 'node-events',
    prepare: async (world, replica) => {
      await addBoth(world);
      await ping(replica);
    },
    play: async (world, replica) => tellAdded(replica, await world.addNode('mainframe', 's390x')),
    expected: {
      state: early,
      shows: /run-\d+-mainframe/,
      replies: [{ says: /New architecture.*s390x/, broadcast: true }],
    },
  },
];
