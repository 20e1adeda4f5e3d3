/** The promises, whatever happens in whatever order: several replicas, a Slack and a record in trouble, deaths in the middle. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { AlertName } from '../../../shared/golden-images/conditions.ts';
import { OVER } from '../../../shared/golden-images/verdict.ts';
import { countAnnounced } from '../../../shared/incidents/announcements.ts';
import type { DeliveredClaims } from '../../../shared/incidents/claims.ts';
import { type Episode, incidentKey } from '../../../shared/incidents/incident.ts';
import type { FakeMessage, Trouble } from '../../helpers/fake-channel.ts';
import { fires, IMPORT_DISABLED, resolves } from '../../helpers/incidents.ts';
import { CLUSTER_NAME, createWorld, FOUND, type Found, type RecordTrouble, type Replica, type World } from '../../helpers/replicas.ts';

interface Event {
  /** Who is woken, all at once, and by what. */
  readonly wakes: readonly { readonly who: number; readonly says: 'firing' | 'resolved' | 'nothing' | 'tidy' }[];
  readonly found: Found;
  readonly recordAway: boolean;
  readonly recordTroubles: readonly (RecordTrouble | undefined)[];
  readonly troubles: readonly (Trouble | undefined)[];
  /** One of those that are woken dies at so many calls from now. */
  readonly deathAfter: number | undefined;
  /** A person deletes the newest message. */
  readonly deletes: boolean;
  readonly thenMs: number;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TROUBLES: readonly (Trouble | undefined)[] = [
  ...[undefined, undefined, undefined],
  ...(['down', 'hang', 'late', 'lost-reply', 'no-reply', 'rate-limited', 'unreached'] as const),
];
/** One trouble at a time is trouble enough, most of the time. */
function rarely<T>(arbitrary: fc.Arbitrary<T>, otherwise: T): fc.Arbitrary<T> {
  return fc.oneof({ weight: 1, arbitrary }, { weight: 4, arbitrary: fc.constant(otherwise) });
}

/** Woken by an alert that is true, and nothing is wrong. */
const CALM: Event = {
  ...{ wakes: [{ who: 0, says: 'firing' }], found: 'present', recordAway: false, recordTroubles: [], troubles: [] },
  ...{ deathAfter: undefined, deletes: false, thenMs: 0 },
};

const EVENT: fc.Arbitrary<Event> = fc.record({
  wakes: fc.array(fc.record({ who: fc.nat(2), says: fc.constantFrom('firing', 'resolved', 'nothing', 'tidy') }), {
    minLength: 1,
    maxLength: 4,
  }),
  found: fc.constantFrom<Found>('present', 'present', 'more', 'absent', 'unknown'),
  recordAway: fc.nat(4).map((number) => number === 4),
  recordTroubles: rarely(
    fc.array(fc.constantFrom<(RecordTrouble | undefined)[]>(undefined, undefined, 'away', 'lost-answer'), { maxLength: 16 }),
    [],
  ),
  troubles: fc.array(fc.constantFrom(...TROUBLES), { maxLength: 6 }),
  deathAfter: rarely(fc.nat(20), undefined),
  deletes: fc.nat(7).map((number) => number === 7),
  thenMs: fc.constantFrom(0, SECOND, 10 * SECOND, 40 * SECOND, 6 * MINUTE, 61 * MINUTE, 200 * MINUTE),
});

const EVENTS = fc.tuple(fc.subarray([CALM]), fc.array(EVENT, { minLength: 1, maxLength: 6 })).map((parts) => parts.flat());

/** Nothing but the record is in trouble. */
const OUTAGE = EVENT.map((event): Event => ({ ...event, recordTroubles: [], troubles: [], deathAfter: undefined, deletes: false }));

const AHEAD_MS = [0, 120 * MINUTE, -300 * MINUTE];
const RUNS = 150;

describe('whatever happens, once all trouble is over', () => {
  it('one live message of each episode shows what the record says, and nothing is said twice or left unsaid', async () => {
    await fc.assert(
      fc.asyncProperty(EVENTS, fc.noShrink(fc.nat()), async (events, seed) => {
        const world = createWorld(chanceOf(seed));
        const replicas = AHEAD_MS.map((ahead) => world.start(ahead));
        const deleted = new Set<string>();
        for (const event of events) await play(event, world, replicas, deleted);
        await calmDown(world, replicas);
        await check(world, deleted);
      }),
      { numRuns: RUNS },
    );
  }).timeout(60_000);

  it('one open message is left of what was told without a record, though nobody could read the channel', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(OUTAGE, { minLength: 1, maxLength: 6 }), fc.noShrink(fc.nat()), async (events, seed) => {
        const world = createWorld(chanceOf(seed));
        world.isBlind = true;
        const replicas = AHEAD_MS.map(() => world.start(0)); // with clocks hours apart an episode may end before its end was said
        for (const event of events) await play(event, world, replicas, new Set());
        await calmDown(world, replicas);
        assertOpen(world);
      }),
      { numRuns: RUNS },
    );
  }).timeout(60_000);
});

/** Numbers from 0 to below 1 that only depend on the seed (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function play(event: Event, world: World, replicas: Replica[], deleted: Set<string>): Promise<void> {
  const { wakes, found, recordAway, recordTroubles, troubles, deathAfter, deletes, thenMs } = event;
  Object.assign(world, { found, recordAway, recordTroubles: [...recordTroubles], troubles: [...troubles] });
  const newest = world.channel.all().findLast(({ parent }) => parent === undefined);
  if (deletes && newest) {
    world.channel.remove(newest.ts);
    deleted.add(newest.ts);
  }
  const [first] = wakes;
  if (deathAfter !== undefined && first) replicas[first.who]?.dieAfter(deathAfter);
  await Promise.all(wakes.map(({ who, says }) => wake(world, replicas, who, says)));
  world.time.advance(thenMs);
}

/** Wakes one and waits until it has answered or is dead; then another takes its place. */
async function wake(world: World, replicas: Replica[], who: number, says: Event['wakes'][number]['says']): Promise<void> {
  const replica = replicas[who];
  if (replica === undefined) return;
  const heardAt = replica.now().toISOString();
  const startsAt = new Date(Math.floor(world.time.now() / (60 * MINUTE)) * 60 * MINUTE).toISOString();
  const claims: readonly DeliveredClaims[] =
    says === 'firing' ? [fires(heardAt, { startsAt })] : says === 'resolved' ? [resolves(heardAt, { startsAt })] : [];
  const signal = new Map<AlertName, DeliveredClaims>(claims.map((claim) => [IMPORT_DISABLED, claim]));
  const answered = replica.looking.lookAgain(signal, { tidy: says === 'tidy' }).then(
    () => false,
    (error: Error) => {
      if (error instanceof TypeError || error.message.includes('cannot have the claim')) throw error;
      return false;
    },
  );
  const isDead = await Promise.race([answered, replica.died.then(() => true)]);
  if (isDead && replicas[who] === replica) replicas[who] = world.start(AHEAD_MS[who] ?? 0);
}

async function calmDown(world: World, replicas: Replica[]): Promise<void> {
  Object.assign(world, { recordAway: false, recordTroubles: [], troubles: [] });
  if (world.found === 'unknown') world.found = 'present';
  for (const replica of replicas) replica.dieAfter(Number.POSITIVE_INFINITY);
  const [someone] = replicas;
  assert.ok(someone);
  for (const each of [...replicas, ...replicas]) {
    world.time.advance(MINUTE);
    await each.looking.lookAgain(new Map(), { tidy: true }).catch(() => undefined); // it may have to wait for an intent
  }
  world.time.advance(MINUTE);
  await someone.looking.lookAgain(new Map(), { tidy: true });
  assert.ok(await someone.looking.recordedLook(), 'not settled');
}

function assertOpen({ channel, found }: Pick<World, 'channel' | 'found'>): void {
  const open = channel.all().filter(({ parent, payload }) => parent === undefined && !OVER.some((verdict) => verdict === payload.verdict));
  assert.equal(open.length, found === 'absent' ? 0 : 1, `${open.length} open messages`);
}

async function check({ channel, store, found }: World, deleted: Set<string>): Promise<void> {
  const { incident } = await store.read(incidentKey(CLUSTER_NAME, IMPORT_DISABLED));
  const episode = incident?.episode;
  const messages = channel.all().filter(({ parent }) => parent === undefined);
  const open = messages.filter(({ payload }) => !OVER.some((verdict) => verdict === payload.verdict));
  const episodes = Object.groupBy(messages, ({ payload }) => String(payload.episode));
  for (const [id, all = []] of Object.entries(episodes)) assert.equal(all.length, 1, `${all.length} messages of episode ${id}`);
  assertReplies(channel.all());
  const isPresent = FOUND[found] !== FOUND.absent;
  assert.equal(open.length, isPresent && !deleted.has(episode?.said?.ts ?? '') ? 1 : 0, `${open.length} open messages`);
  if (episode) assertShown(episode, messages, deleted);
}

function assertReplies(all: readonly FakeMessage[]): void {
  const numbers = all
    .filter(({ parent }) => parent !== undefined)
    .map(({ parent, payload }) => `${parent} ${payload.episode} ${payload.number}`);
  assert.deepEqual(numbers, [...new Set(numbers)], 'a reply twice');
}

function assertShown(episode: Episode, messages: readonly FakeMessage[], deleted: Set<string>): void {
  const { said, revision, verdict, intent } = episode;
  assert.equal(intent, undefined, 'an intent is left');
  assert.deepEqual([said?.revision, said?.announcements], [revision, countAnnounced(episode)], 'unsaid');
  const shown = messages.find(({ ts }) => ts === said?.ts)?.payload;
  if (!deleted.has(said?.ts ?? '')) assert.deepEqual([shown?.episode, shown?.verdict, shown?.revision], [episode.id, verdict, revision]);
}
