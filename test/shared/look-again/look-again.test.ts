/** A signal's whole way: when the sender must come again, and what is told while the record is away. */
import assert from 'node:assert/strict';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import type { DeliveredClaims } from '../../../shared/incidents/claims.ts';
import { incidentKey } from '../../../shared/incidents/incident.ts';
import { StoreConflictError } from '../../../shared/incidents/store/store.ts';
import { fires, IMPORT_DISABLED, resolves } from '../../helpers/incidents.ts';
import { CLUSTER_NAME, createWorld, type Replica, type World } from '../../helpers/replicas.ts';

const MINUTE = 60_000;
const KEY = incidentKey(CLUSTER_NAME, IMPORT_DISABLED);
const NOTHING = new Map<AlertName, DeliveredClaims>();

describe('looking again', () => {
  let world: World;
  let replica: Replica;
  let other: Replica;
  beforeEach(() => {
    world = createWorld(() => 0);
    replica = world.start(0);
    other = world.start(0);
  });

  const startsAt = '2026-11-22T09:59:00Z';
  const says = (claim: DeliveredClaims) => new Map<AlertName, DeliveredClaims>([[IMPORT_DISABLED, claim]]);
  const fire = (by = replica) => by.looking.lookAgain(says(fires(by.now().toISOString(), { startsAt })));
  const resolve = (by = replica) => by.looking.lookAgain(says(resolves(by.now().toISOString(), { startsAt })));
  const ping = (by = replica) => by.looking.lookAgain(NOTHING, { tidy: true });
  const messages = () => world.channel.all().filter(({ parent }) => parent === undefined);
  const verdicts = () => messages().map(({ payload }) => payload.verdict);
  const episode = async () => (await world.store.read(KEY)).incident?.episode;

  describe('at a cluster that cannot be read', () => {
    beforeEach(() => {
      world.found = 'unknown';
    });

    it('makes the sender come again for five minutes, and then leaves it to the record', async () => {
      await assert.rejects(fire(), /the cluster could not be read/);
      assert.deepEqual(verdicts(), ['unverifiable']);
      world.time.advance(5 * MINUTE - 1);
      await assert.rejects(fire(), /the cluster could not be read/);
      await assert.rejects(ping(), /the cluster could not be read/);
      world.time.advance(1);
      await fire();
      await ping();
      assert.equal(messages().length, 1);
    });

    it('makes the sender come again always when nothing is on record', async () => {
      for (let hour = 0; hour < 3; hour++) {
        await assert.rejects(ping(), /the cluster could not be read/);
        world.time.advance(60 * MINUTE);
      }
    });

    it('is not settled, and corrects the same message when it can be read', async () => {
      await assert.rejects(fire());
      assert.equal(await replica.looking.recordedLook(), undefined);
      world.found = 'present';
      await ping();
      assert.ok(await replica.looking.recordedLook());
      assert.deepEqual(verdicts(), ['confirmed']);
    });
  });

  it('settles whatever is unsaid, whoever wakes it', async () => {
    world.troubles = [undefined, 'unreached']; // the look back, the post
    await assert.rejects(fire());
    assert.deepEqual([messages().length, await replica.looking.recordedLook()], [0, undefined]);
    await other.looking.lookAgain(NOTHING);
    assert.deepEqual(verdicts(), ['confirmed']);
  });

  describe('with a record of a newer look', () => {
    const restored = async (nodes: string) => {
      const { incident, version } = await world.store.read(KEY);
      assert.ok(incident?.look);
      await world.store.write({ ...incident, look: { ...incident.look, versions: { nodes, hyperConverged: nodes } } }, version);
    };

    it('takes the look again where the versions have begun anew, and is not blocked', async () => {
      await fire();
      await restored('99999999');
      world.found = 'absent';
      await ping();
      assert.deepEqual(verdicts(), ['stale']);
    });

    it('never overwrites it with an older one: while others record newer ones the sender comes again', async () => {
      await fire();
      const { incident } = await world.store.read(KEY);
      assert.ok(incident?.look);
      let newest = 100_000;
      world.beforeLook = async () => restored(String(++newest));
      await assert.rejects(ping(), /has a newer look/);
      assert.equal((await world.store.read(KEY)).incident?.look?.versions.nodes, String(newest));
    });
  });

  describe('at a message that stands longer than the history is read back', () => {
    beforeEach(async () => {
      await fire();
      world.time.advance(8 * 24 * 60 * MINUTE);
      await fire();
      world.recordAway = true;
    });

    it('is not told again while the record is away', async () => {
      await assert.rejects(fire(), /could not be recorded/);
      assert.equal(messages().length, 1);
    });

    it('is told again when that was too long ago to be sure', async () => {
      world.time.advance(121 * MINUTE);
      await assert.rejects(fire(), /could not be recorded/);
      assert.equal(messages().length, 2);
    });
  });

  describe('while the record is away', () => {
    beforeEach(() => {
      world.recordAway = true;
    });

    it('tells it once, whoever hears of it and however often', async () => {
      for (const by of [replica, other, replica, other]) await assert.rejects(fire(by), /could not be recorded/);
      assert.deepEqual(verdicts(), ['confirmed']);
    });

    it('tells nothing of what is over or was never claimed', async () => {
      world.found = 'absent';
      await assert.rejects(fire());
      await assert.rejects(ping());
      assert.deepEqual(messages(), []);
    });

    it('tells it when Slack is back first', async () => {
      world.troubles = ['unreached'];
      await assert.rejects(fire(), /could not be recorded: .*record is away; .*unreached/);
      assert.equal(messages().length, 0);
      await assert.rejects(fire());
      assert.equal(messages().length, 1);
    });

    it('tells it once in each process where nobody may read the channel, and all but one are deleted after', async () => {
      world.isBlind = true;
      for (const by of [replica, other, replica, other]) await assert.rejects(fire(by));
      assert.equal(messages().length, 2);
      world.recordAway = false;
      await fire(replica);
      await fire(other);
      await fire(replica);
      assert.deepEqual([verdicts(), messages()[0]?.ts], [['confirmed'], (await episode())?.said?.ts]);
    });

    it('deletes its own later, where somebody is at work on the message when the record is back', async () => {
      world.isBlind = true;
      await assert.rejects(fire(replica));
      await assert.rejects(fire(other));
      world.recordAway = false;
      await fire(replica);
      const { incident, version } = await world.store.read(KEY);
      assert.ok(incident?.episode?.said);
      const intent = {
        id: 'theirs',
        step: 'edit',
        at: startsAt,
        lastsMs: MINUTE,
        isInDoubt: false,
        willSay: incident.episode.said,
      } as const;
      await world.store.write({ ...incident, episode: { ...incident.episode, intent } }, version);
      await assert.rejects(fire(other), /is not finished/);
      world.time.advance(MINUTE);
      await fire(other);
      await fire(other);
      assert.equal(messages().length, 1);
    });

    it('remembers what was claimed, and makes its message the one on record', async () => {
      await assert.rejects(fire());
      const [told] = messages();
      world.time.advance(MINUTE);
      await assert.rejects(resolve());
      world.recordAway = false;
      await ping();
      assert.deepEqual([messages().map(({ ts }) => ts), verdicts()], [[told?.ts], ['contradicted']]);
    });

    it('is settled by one ping, of anybody, when all of the alert has passed', async () => {
      await assert.rejects(fire());
      world.found = 'absent';
      await assert.rejects(resolve());
      world.recordAway = false;
      await ping(other);
      assert.deepEqual(verdicts(), ['stale']); // nobody else heard of the resolve
      await ping();
      assert.deepEqual(verdicts(), ['resolved']);
    });
  });

  it('tells it where the record is read and not written: it is full, or contended', async () => {
    world.failWrites = new StoreConflictError('full');
    await assert.rejects(fire(), /could not be recorded/);
    await assert.rejects(fire(other), /could not be recorded/);
    world.failWrites = undefined;
    await ping();
    assert.deepEqual(verdicts(), ['confirmed']);
  });

  it('leaves the resolved message of an earlier episode alone', async () => {
    await fire();
    world.found = 'absent';
    await resolve();
    world.time.advance(120 * MINUTE);
    world.found = 'present';
    await replica.looking.lookAgain(says(fires(replica.now().toISOString(), { startsAt: replica.now().toISOString() })), { tidy: true });
    assert.deepEqual(verdicts(), ['resolved', 'confirmed']);
  });

  it('goes on with an open message whose record is lost', async () => {
    await fire();
    const lost = createWorld(() => 0);
    world.store.read = lost.store.read;
    world.store.write = lost.store.write;
    world.found = 'absent';
    await ping();
    assert.deepEqual(verdicts(), ['stale']);
  });
});
