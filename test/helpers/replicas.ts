/** Several replicas on one record and one channel, in virtual time: each with its own clock, each can die in the middle of anything. */
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';
import { createMemoryStore, type IncidentStore } from '../../shared/incidents/store/store.ts';
import { createLookAgain, type LookAgain } from '../../shared/look-again/look-again.ts';
import { hyperConverged, node, snapshot } from './cluster-objects.ts';
import { UNREAD } from './deliveries.ts';
import { CHANNEL } from './embedded-slack.ts';
import { createFakeChannel, createFakeTime, type FakeChannel, type FakeTime, type Trouble } from './fake-channel.ts';
import { silentLog } from './log.ts';

export const CLUSTER_NAME = 'prod-eu-1';
const START = Date.UTC(2026, 10, 22, 10);
const BOTH = [node('worker-amd', 'amd64'), node('worker-arm', 'arm64')];

/** What the cluster is like; `more` is another architecture. */
export const FOUND = {
  present: snapshot({ nodes: BOTH, hyperConverged: hyperConverged() }),
  more: snapshot({ nodes: [...BOTH, node('worker-ibm', 's390x')], hyperConverged: hyperConverged() }),
  absent: snapshot({ nodes: BOTH, hyperConverged: hyperConverged({ gate: true }) }),
  unknown: snapshot({ nodes: UNREAD, hyperConverged: hyperConverged() }),
} satisfies Record<string, Snapshot>;
export type Found = keyof typeof FOUND;

export interface Replica {
  readonly looking: LookAgain;
  readonly now: () => Date;
  /** Dies before its so many-th next call to the channel, the record or the cluster, or just after it. */
  readonly dieAfter: (calls: number) => void;
  /** Resolves when it is dead: its promises never do. */
  readonly died: Promise<void>;
}

export type RecordTrouble = 'away' | 'lost-answer';

export interface World {
  readonly time: FakeTime;
  readonly channel: FakeChannel;
  /** The record itself, always there. */
  readonly store: { -readonly [Member in keyof IncidentStore]: IncidentStore[Member] };
  found: Found;
  recordAway: boolean;
  /** Whether Slack lets nobody read the channel. */
  isBlind: boolean;
  /** What goes wrong with the next calls to the record, in their order: it is not reached, or its answer is not. */
  recordTroubles: (RecordTrouble | undefined)[];
  /** What goes wrong with the next calls to the channel, in their order. */
  troubles: (Trouble | undefined)[];
  /** Every write of the record ends so. */
  failWrites: Error | undefined;
  /** Happens before each look at the cluster. */
  beforeLook: () => Promise<void>;
  readonly start: (aheadMs: number) => Replica;
}

/** `chance` decides who comes first: a number from 0 to below 1. */
export function createWorld(chance: () => number): World {
  const time = createFakeTime(START);
  const channel = createFakeChannel(time, CHANNEL.id);
  const store = createMemoryStore();
  const version = () => String(Math.floor(time.now() / 1_000) - Math.floor(START / 1_000) + 1_000);
  const world: World = {
    time,
    channel,
    store,
    found: 'present',
    recordAway: false,
    isBlind: false,
    failWrites: undefined,
    beforeLook: async () => undefined,
    recordTroubles: [],
    troubles: [],
    start: (aheadMs) => start(aheadMs),
  };

  function start(aheadMs: number): Replica {
    const now = () => new Date(time.now() + aheadMs);
    const death = Promise.withResolvers<void>();
    let left = Number.POSITIVE_INFINITY;
    const step = async () => {
      for (let ticks = Math.floor(chance() * 8); ticks > 0; ticks--) await Promise.resolve();
      left -= 1;
      if (left >= 0) return;
      death.resolve();
      await new Promise(() => undefined);
    };
    const reached = async <T>(act: () => Promise<T>): Promise<T> => {
      await step();
      const trouble = world.recordAway ? 'away' : world.recordTroubles.shift();
      if (trouble === 'away') throw new Error('the record is away');
      const result = await act();
      await step();
      if (trouble === 'lost-answer') throw new Error('the answer of the record is lost');
      return result;
    };
    const looking = createLookAgain({
      cluster: {
        look: async () => {
          await step();
          await world.beforeLook();
          const versions = { nodes: version(), hyperConverged: version() };
          const seen = { ...FOUND[world.found], takenAt: now().toISOString() };
          await step();
          return world.found === 'unknown' ? { ...seen, versions: { ...versions, nodes: undefined } } : { ...seen, versions };
        },
      },
      incidents: {
        read: (key) => reached(() => store.read(key)),
        write: (incident, basedOn) =>
          world.failWrites ? Promise.reject(world.failWrites) : reached(() => store.write(JSON.parse(JSON.stringify(incident)), basedOn)),
      },
      chat: channel.reach(
        step,
        () => world.troubles.shift(),
        () => world.isBlind,
      ),
      settings: { consoleUrl: undefined, buttons: [] },
      clusterName: CLUSTER_NAME,
      kubectl: 'kubectl',
      flapWindowMs: 3_600_000,
      log: silentLog,
      now,
      pause: async (ms) => {
        time.advance(ms);
        await step();
      },
    });
    const dieAfter = (calls: number) => {
      left = calls;
    };
    return { looking, now, dieAfter, died: death.promise };
  }
  return world;
}
