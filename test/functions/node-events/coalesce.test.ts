import assert from 'node:assert/strict';
import { createEventLooks } from '../../../functions/node-events/coalesce.ts';
import type { ListVersions } from '../../../shared/golden-images/snapshot.ts';
import type { RecordedLook } from '../../../shared/incidents/incident.ts';
import { createVirtualTime } from '../../helpers/virtual-time.ts';

const MINUTE_MS = 60_000;
const JOINS = 5_000;

/** A cluster whose nodes have one more version with each join, and the record of looks at it that its replicas share. */
function startWorld({ lookMs = 300 }: { readonly lookMs?: number } = {}) {
  const time = createVirtualTime();
  const started = time.now().getTime();
  const looks: { readonly at: number; readonly words: readonly string[] }[] = [];
  const world = {
    ...time,
    looks,
    version: 1,
    record: undefined as RecordedLook | undefined,
    reads: 0,
    /** What the next looks do instead of succeeding, in turn. */
    failures: [] as Error[],
    elapsed: () => time.now().getTime() - started,
    /** A look by whoever. */
    look: async (): Promise<ListVersions> => {
      const takenAt = time.now().toISOString();
      await time.pause(lookMs / 2);
      const versions = { nodes: String(world.version), hyperConverged: '7' };
      await time.pause(lookMs / 2);
      const failure = world.failures.shift();
      if (failure) throw failure;
      world.record = { takenAt, versions };
      return versions;
    },
    replica: (now: () => Date = time.now) =>
      createEventLooks<string>({
        look: (words) => {
          looks.push({ at: world.elapsed(), words });
          return world.look();
        },
        recorded: async () => {
          world.reads++;
          return world.record;
        },
        now,
        pause: time.pause,
      }),
  };
  return world;
}

const nodeChange = (version: number | undefined) => ({
  resource: 'nodes' as const,
  resourceVersion: version === undefined ? undefined : String(version),
});
const gaps = (looks: readonly { readonly at: number }[]) => looks.slice(1).map(({ at }, index) => at - (looks[index]?.at ?? 0));

describe('looks for events', () => {
  for (const source of ['serial', 'parallel'] as const) {
    for (const replicas of [1, 2]) {
      it(`are few for 5,000 joins in a minute, ${source}, with ${replicas} replicas, and each event is seen by one`, async () => {
        const world = startWorld();
        const all = Array.from({ length: replicas }, () => world.replica());
        const longest = { wait: 0 };
        const join = async (index: number) => {
          const version = ++world.version;
          const came = world.elapsed();
          await all[index % replicas]?.covered(nodeChange(version));
          assert.ok(Number(world.record?.versions.nodes) >= version);
          if (source === 'parallel') longest.wait = Math.max(longest.wait, world.elapsed() - came);
        };
        const everyMs = MINUTE_MS / JOINS;
        if (source === 'parallel') {
          await world.pass(
            Promise.all(Array.from({ length: JOINS }, async (_, index) => world.pause(index * everyMs).then(() => join(index)))),
          );
          assert.ok(longest.wait <= 5_000 + 2 * 300, `waited ${longest.wait} ms`);
        } else {
          const versions: { readonly version: number; readonly replica: number }[] = [];
          const joining = (async () => {
            for (let index = 0; index < JOINS; index++) {
              await world.pause(everyMs);
              versions.push({ version: ++world.version, replica: index % replicas });
            }
          })();
          const sending = (async () => {
            for (let sent = 0; sent < JOINS; ) {
              const next = versions[sent];
              if (next === undefined) await world.pause(everyMs);
              else {
                await all[next.replica]?.covered(nodeChange(next.version));
                assert.ok(Number(world.record?.versions.nodes) >= next.version);
                sent++;
              }
            }
          })();
          await world.pass(Promise.all([joining, sending]));
        }
        assert.ok(
          world.looks.length >= 10 && world.looks.length <= 14 * (source === 'parallel' ? replicas : 1),
          `${world.looks.length} looks`,
        );
        if (replicas === 1)
          assert.deepEqual(
            gaps(world.looks).filter((gap) => gap < 5_000),
            [],
          );
        assert.ok(world.reads < 50 * replicas, `${world.reads} reads of the record`);
      });
    }
  }

  it('start at once for the first event, and cost nothing for one that is covered', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 10;
    assert.equal(await world.pass(replica.covered(nodeChange(10))), 'looked');
    assert.equal(world.looks[0]?.at, 0);
    const { reads } = world;
    assert.equal(await replica.covered(nodeChange(9)), 'covered');
    assert.deepEqual([world.looks.length, world.reads], [1, reads]);
  });

  it('are not needed where another replica looked, before the event or while it waits', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 10;
    await world.pass(world.look());
    assert.equal(await world.pass(replica.covered(nodeChange(10))), 'covered');
    world.version = 11;
    const waiting = replica.covered(nodeChange(11));
    await world.pass(Promise.all([waiting, world.pause(1_000).then(world.look)]));
    assert.equal(await waiting, 'covered');
    assert.equal(world.looks.length, 0);
  });

  it('wait at most one interval for another replica, though its clock is ahead and it looks again and again', async () => {
    const world = startWorld();
    const ahead = new Date(world.now().getTime() + 3_600_000).toISOString();
    world.record = { takenAt: ahead, versions: { nodes: '1', hyperConverged: '1' } };
    world.version = 10;
    await world.pass(world.replica().covered(nodeChange(10)));
    assert.deepEqual(
      world.looks.map(({ at }) => at),
      [5_000],
    );
  });

  it('do not wait longer when the own clock is set back', async () => {
    const world = startWorld();
    let back = 0;
    const replica = world.replica(() => new Date(world.now().getTime() - back));
    await world.pass(replica.covered(nodeChange(undefined)));
    back = 3_600_000;
    await world.pass(replica.covered(nodeChange(undefined)));
    assert.deepEqual(gaps(world.looks), [5_300]);
  });

  for (const { what, version } of [
    { what: 'without a version', version: undefined },
    { what: 'whose version is no number', version: 'abc' },
    { what: 'whose version is zero', version: '0' },
  ]) {
    it(`start after an event ${what}: one that is under way is not enough`, async () => {
      const world = startWorld();
      const replica = world.replica();
      const first = replica.covered(nodeChange(undefined));
      const second = world.pause(100).then(() => replica.covered({ resource: 'nodes', resourceVersion: version }));
      assert.deepEqual(await world.pass(Promise.all([first, second])), ['looked', 'looked']);
      assert.equal(world.looks.length, 2);
    });
  }

  it('that are under way are enough for an event that they have seen', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 10;
    const first = replica.covered(nodeChange(10));
    const second = world.pause(200).then(() => replica.covered(nodeChange(9)));
    assert.deepEqual(await world.pass(Promise.all([first, second])), ['looked', 'covered']);
    assert.equal(world.looks.length, 1);
  });

  it('compare the versions of one resource only', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 10;
    await world.pass(replica.covered(nodeChange(10)));
    await world.pass(replica.covered({ resource: 'hyperConverged', resourceVersion: '7' }));
    assert.equal(world.looks.length, 1);
    await world.pass(replica.covered({ resource: 'hyperConverged', resourceVersion: '8' }));
    assert.equal(world.looks.length, 2);
  });

  it('end the wait of an event with a version that no list ever has', async () => {
    const world = startWorld();
    assert.equal(await world.pass(world.replica().covered({ resource: 'nodes', resourceVersion: '9'.repeat(30) })), 'looked');
    assert.equal(world.looks.length, 1);
  });

  it('count from lower versions when the cluster was restored from a backup', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 1_000;
    await world.pass(replica.covered(nodeChange(1_000)));
    world.version = 500;
    await world.pass(replica.looked('ping'));
    world.version = 501;
    assert.equal(await world.pass(replica.covered(nodeChange(501))), 'looked');
  });

  it('that fail, fail for all who waited; the next starts when its time has come', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.failures.push(new Error('Slack is away'));
    const waiting = Promise.allSettled([replica.covered(nodeChange(5)), replica.covered(nodeChange(6)), replica.looked('ping')]);
    const late = world.pause(200).then(() => replica.covered(nodeChange(7)));
    const results = await world.pass(waiting);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    );
    assert.equal(await world.pass(late), 'looked');
    assert.deepEqual(gaps(world.looks), [5_000]);
  });

  it('are wanted again after one that failed, though it is on record: it may not be said', async () => {
    const world = startWorld();
    const replica = world.replica();
    world.version = 10;
    await world.pass(replica.covered(nodeChange(10)));
    world.version = 11;
    world.failures.push(new Error('Slack is away'));
    await assert.rejects(world.pass(replica.covered(nodeChange(11))), /Slack is away/);
    world.record = { takenAt: world.now().toISOString(), versions: { nodes: '11', hyperConverged: '7' } };
    assert.equal(await world.pass(replica.covered(nodeChange(11))), 'looked');
    assert.equal(await world.pass(replica.covered(nodeChange(11))), 'covered');
    world.record = { takenAt: world.now().toISOString(), versions: { nodes: '12', hyperConverged: '7' } };
    assert.equal(await world.pass(replica.covered(nodeChange(12))), 'covered');
  });

  it('go on where the record cannot be read: they read it themselves, and say so', async () => {
    const { now, pause, pass } = createVirtualTime();
    const recorded = async () => {
      throw new Error('no record');
    };
    const replica = createEventLooks<string>({ look: async () => ({ nodes: undefined, hyperConverged: undefined }), recorded, now, pause });
    assert.equal(await pass(replica.covered(nodeChange(1))), 'looked');
  });

  it('hear what those who wait have to say', async () => {
    const world = startWorld();
    const replica = world.replica();
    await world.pass(Promise.all([replica.looked('a'), replica.covered(nodeChange(1)), replica.looked('b')]));
    assert.deepEqual(
      world.looks.map(({ words }) => words),
      [['a', 'b']],
    );
  });
});
