/** Random stories of a cluster, its Alertmanager and the people on call: what is said at the end, and what was said on the way. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { acknowledge } from '../../../shared/incidents/acknowledge.ts';
import { advance } from '../../../shared/incidents/advance.ts';
import { countAnnounced, untold } from '../../../shared/incidents/announcements.ts';
import type { Announcement, Episode, Incident } from '../../../shared/incidents/incident.ts';
import type { Look } from '../../../shared/incidents/look.ts';
import { type AlertEvent, createAlertmanager, GROUPS } from '../../helpers/alertmanager-model.ts';
import { hyperConverged, node } from '../../helpers/cluster-objects.ts';
import { FLAP_MINUTES, FOUND, type Found, lookAt, minute, NEVER_SEEN } from '../../helpers/deliveries.ts';
import { posted } from '../../helpers/incidents.ts';

const { present } = FOUND;
const [amd64 = {}] = present.nodes;
const CLUSTERS = {
  ...FOUND,
  'one node more': { ...present, nodes: [...present.nodes, node('worker-arm-2', 'arm64')] },
  'a third architecture': { ...present, nodes: [...present.nodes, node('worker-z', 's390x')] },
  'one architecture': { ...present, nodes: [amd64] },
  'more images': { ...present, hyperConverged: hyperConverged({ goldenImages: { a: 'amd64', b: 'amd64' } }) },
} satisfies Record<string, Found>;

type Event =
  | { readonly kind: 'cluster'; readonly found: keyof typeof CLUSTERS }
  | ({ readonly kind: 'alert' } & AlertEvent)
  | { readonly kind: 'ping' }
  | { readonly kind: 'acknowledge'; readonly by: string };
type Timed = Event & { readonly wait: number };

const again = fc.constantFrom(...(['no', 'at once', 'late'] as const));
const alertOf = (group: 'g' | 'h') =>
  fc.record({ kind: fc.constant('alert' as const), group: fc.constant(group), series: fc.constantFrom(...GROUPS[group]), again });
const clusterEvent = fc.record({
  kind: fc.constant('cluster' as const),
  found: fc.constantFrom<keyof typeof CLUSTERS>(
    'present',
    'absent',
    'unknown',
    'one node more',
    'a third architecture',
    'one architecture',
    'more images',
  ),
});
const acknowledgement = fc.record({ kind: fc.constant('acknowledge' as const), by: fc.constantFrom('U1', 'U2') });
/** Mostly minutes, sometimes just within or beyond the flap window. */
const wait = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) }, fc.constantFrom(FLAP_MINUTES, FLAP_MINUTES + 1, 300));
const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: clusterEvent },
  { weight: 3, arbitrary: alertOf('g') },
  { weight: 2, arbitrary: alertOf('h') },
  { weight: 1, arbitrary: fc.constant({ kind: 'ping' as const }) },
  { weight: 1, arbitrary: acknowledgement },
);
const stories = fc.array(
  fc.tuple(event, wait).map(([what, wait]): Timed => ({ ...what, wait })),
  { maxLength: 25 },
);

/** A story up to one of its looks. */
interface Scene {
  readonly before: Incident;
  readonly look: Look;
  readonly after: Incident;
  readonly found: Found;
  readonly at: number;
  readonly alertmanager: ReturnType<typeof createAlertmanager>;
  /** Whether no delivery of the same moment follows. */
  readonly isSettled: boolean;
}

/** Plays many stories; `check` sees every look, in order, and `channel` says what happens after each. */
function play(createCheck: () => (scene: Scene) => void, channel: (incident: Incident) => Incident = (incident) => incident): void {
  fc.assert(
    fc.property(stories, (story) => {
      const check = createCheck();
      const alertmanager = createAlertmanager();
      let [incident, found, at]: [Incident, Found, number] = [NEVER_SEEN, CLUSTERS.absent, 0];
      for (const happening of story) {
        at += happening.wait;
        if (happening.kind === 'cluster') found = CLUSTERS[happening.found];
        if (happening.kind === 'acknowledge') incident = acknowledge(incident, { by: happening.by, at: minute(at) });
        const said = happening.kind === 'alert' ? alertmanager.deliver(happening, at) : [];
        const looks = said.length === 0 ? [lookAt(at, found)] : said.map((delivery) => lookAt(at, found, [delivery]));
        for (const [index, look] of looks.entries()) {
          const before = incident;
          incident = advance(before, look);
          check({ before, look, after: incident, found, at, alertmanager, isSettled: index === looks.length - 1 });
          incident = channel(incident);
        }
      }
    }),
    { numRuns: 500 },
  );
}

describe('whatever happens, and however often and late it is told', () => {
  it('what is said depends on the cluster’s state and on what each series said last, and on nothing else', () => {
    play(() => (scene) => {
      if (scene.isSettled) assert.deepEqual(statementOf(scene.after, scene), statementOf(newcomerIn(scene), scene));
    });
  });

  it('nothing is said when the same look comes again', () => {
    const check = ({ after, look, isSettled }: Scene) => {
      const again = advance(after, { ...look, newEpisodeId: () => 'another' });
      if (!isSettled) return;
      assert.deepEqual([again.episode?.id, again.episode?.revision], [after.episode?.id, after.episode?.revision]);
      assert.deepEqual(again.episode?.announcements, after.episode?.announcements);
    };
    for (const channel of [postOnly, posted]) play(() => check, channel);
  });

  it('a new message begins only after the condition was absent for the flap window', () => {
    play(() => {
      const seen = createMemory();
      return (scene) => {
        const [was, is] = [scene.before.episode, scene.after.episode];
        const isNew = was !== undefined && is?.id !== was.id;
        if (isNew) assert.ok(seen.absentFor(scene.at) > FLAP_MINUTES, `absent for ${seen.absentFor(scene.at)} minutes`);
        seen.remember(scene);
      };
    });
  });
});

describe('where every announcement is told at once', () => {
  it('the alert opens an episode once, what is over is back before it is over again, and each return is counted', () => {
    play(() => {
      let heard: readonly Announcement[] = [];
      return ({ before, after: { episode } }) => {
        if (episode === undefined) return;
        heard = [...(episode.id === before.episode?.id ? heard : []), ...untold(episode)];
        const kinds = heard.map(({ kind }) => kind);
        assert.ok(kinds.filter((kind) => kind === 'opened').length <= 1, 'opened twice');
        const turns = kinds.filter((kind) => kind === 'resolved' || kind === 'back');
        turns.forEach((kind, index) => {
          assert.notEqual(kind, turns[index - 1], `${kind} twice`);
        });
        const counts = heard.flatMap((announcement) => (announcement.kind === 'back' ? [announcement.count] : []));
        assert.equal(counts.filter((count) => count > 0).length, episode.returns);
        assert.equal(countAnnounced(episode), heard.length);
      };
    }, posted);
  });

  it('a resolve is contradicted once until the alert fires again or the condition was over', () => {
    play(() => {
      let isTold = false;
      return ({ before, after }) => {
        const [was, is] = [before.episode, after.episode];
        const fresh = is ? untold(is) : [];
        if (is?.id !== was?.id) isTold = false;
        if (fresh.some(({ kind }) => kind === 'contradicted')) assert.ok(!isTold, 'contradicted twice');
        isTold = is?.verdict === 'contradicted' || (isTold && is?.claim === 'resolved' && is.overAt === undefined);
      };
    }, posted);
  });

  it('the changes that were told add up to what is', () => {
    play(() => {
      let known: ReadonlySet<string> | undefined;
      return ({ before, after }) => {
        const { episode } = after;
        if (episode?.id !== before.episode?.id || episode?.overAt !== undefined || before.episode?.overAt !== undefined) known = undefined;
        const fresh = episode ? untold(episode) : [];
        for (const announcement of fresh) if (announcement.kind === 'changed' && known) known = changed(known, announcement.changes);
        const is = new Set(architectures(episode));
        assert.deepEqual([...(known ?? is)].sort(), [...is].sort());
        known = episode?.facts && episode.overAt === undefined ? is : undefined;
      };
    }, posted);
  });
});

describe('where the channel is away from the first post on', () => {
  it('only what is still true is left to be told, each once', () => {
    play(
      () =>
        ({ after: { episode } }) => {
          if (!episode?.said) return;
          const kinds = episode.announcements.map(({ kind }) => kind);
          assert.equal(new Set(kinds).size, kinds.length);
          if (kinds.includes('resolved')) assert.deepEqual([kinds, episode.overAt === undefined], [['resolved'], false]);
          if (kinds.includes('back')) assert.equal(episode.overAt, undefined);
          if (kinds.includes('contradicted')) assert.deepEqual([episode.claim, episode.overAt], ['resolved', undefined]);
        },
      postOnly,
    );
  });
});

/** An incident of which only the last look and each series' last word in this episode are known. */
function newcomerIn({ after: { episode, look }, found, at, alertmanager }: Scene): Incident {
  assert.ok(look);
  const openedAt = episode === undefined || hasEnded(episode, at) ? at : Math.min(at, minutes(episode.openedAt));
  return advance(NEVER_SEEN, lookAt(at, found, alertmanager.lastWords(at, openedAt)));
}

/** What an incident says of the cluster, without its history: nothing where it is over or has ended, and no facts that nobody can check. */
function statementOf({ episode }: Incident, { at, look, after }: Scene): unknown {
  const { kind } = look.judgement.condition;
  const isEnded = after.episode !== undefined && hasEnded(after.episode, at);
  if (episode === undefined || (isEnded && kind !== 'present')) return 'nothing';
  const { verdict, claim, facts } = episode;
  if (kind === 'unknown') return verdict === 'unverifiable' ? { verdict, claim } : 'nothing';
  return verdict === 'resolved' ? 'nothing' : { verdict, claim, facts: { ...facts, checkedAt: undefined } };
}

/** Ended by minutes, not as the code has it. */
function hasEnded({ overAt, failure }: Episode, at: number): boolean {
  return overAt !== undefined && (failure ? minutes(failure.since) : at) - minutes(overAt) > FLAP_MINUTES;
}

/** How long the condition was seen absent, and nobody failed to see it. */
function createMemory() {
  let [overSince, failedSince]: [number | undefined, number | undefined] = [undefined, undefined];
  const absentFor = (at: number) => (overSince === undefined ? 0 : (failedSince ?? at) - overSince);
  return {
    absentFor,
    remember: ({ look: { judgement }, at }: Scene) => {
      const { kind } = judgement.condition;
      if (kind === 'unknown' && absentFor(at) <= FLAP_MINUTES) failedSince ??= at;
      if (kind === 'present') overSince = undefined;
      if (kind === 'absent') overSince ??= at;
      if (kind !== 'unknown') failedSince = undefined;
    },
  };
}

/** A channel that is away from the first post on. */
function postOnly(incident: Incident): Incident {
  return incident.episode?.said ? incident : posted(incident);
}

function architectures(episode: Episode | undefined): readonly string[] {
  return episode?.facts?.condition.evidence?.architectures.workload ?? [];
}

function changed(known: ReadonlySet<string>, changes: readonly { readonly what: string; readonly names: readonly string[] }[]) {
  const names = (wanted: string) => changes.flatMap(({ what, names: these }) => (what === wanted ? these : []));
  const added = names('architecture-added');
  for (const name of added) assert.ok(!known.has(name), `${name} is told twice`);
  const gone = names('architecture-gone');
  return new Set([...known, ...added].filter((name) => !gone.includes(name)));
}

function minutes(time: string): number {
  return (Date.parse(time) - Date.parse(minute(0))) / 60_000;
}
