/** Claims by pull: what a list says beside deliveries, and that both together never contradict each other twice. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { advance } from '../../../shared/incidents/advance.ts';
import { untold } from '../../../shared/incidents/announcements.ts';
import { claimOf, type DeliveredClaims, LISTED_GROUP, mergeClaims } from '../../../shared/incidents/claims.ts';
import type { Incident, SeriesClaim } from '../../../shared/incidents/incident.ts';
import { claims, FOUND, lookAt, minute, NEVER_SEEN, series } from '../../helpers/deliveries.ts';
import { posted } from '../../helpers/incidents.ts';

const firing = (fingerprint: string, startedAt = 0) => series(fingerprint, 'firing', startedAt);
const resolved = (fingerprint: string, startedAt = 0) => series(fingerprint, 'resolved', startedAt);
const heard = (said: readonly DeliveredClaims[]): readonly SeriesClaim[] =>
  said.reduce<readonly SeriesClaim[]>((known, next) => mergeClaims(known, next), []);
const summary = (known: readonly SeriesClaim[]) =>
  known.map(({ fingerprint, status, groupKey }) => `${fingerprint} ${status} in ${groupKey}`).sort();

/** A list that was asked for at that minute. */
function list(askedAt: number, listed: readonly SeriesClaim[], suppressed: readonly string[] = []): DeliveredClaims {
  return { ...claims(askedAt, LISTED_GROUP, listed), kind: 'list', suppressed };
}

describe('a list of alerts', () => {
  const cases: readonly { rule: string; said: readonly DeliveredClaims[]; known: readonly string[]; claim: string }[] = [
    {
      rule: 'fires what it names, in a group of its own',
      said: [list(1, [firing('a')])],
      known: [`a firing in ${LISTED_GROUP}`],
      claim: 'firing',
    },
    {
      rule: 'leaves a series in the group that delivers it',
      said: [claims(1, 'g', [firing('a')]), list(2, [firing('a')])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'hands a series over to the group that delivers it',
      said: [list(1, [firing('a')]), claims(2, 'g', [firing('a')])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'without a series that was listed before ends it',
      said: [list(1, [firing('a')]), list(2, [])],
      known: [`a gone in ${LISTED_GROUP}`],
      claim: 'resolved',
    },
    {
      rule: 'ends what was delivered in between, once it was listed',
      said: [list(1, [firing('a')]), claims(2, 'g', [firing('a')]), list(3, [])],
      known: ['a gone in g'],
      claim: 'resolved',
    },
    {
      rule: 'says nothing of a series that was never listed: another Alertmanager may deliver it',
      said: [claims(1, 'g', [firing('a')]), list(2, [])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'says nothing of what was heard after it was asked for',
      said: [list(1, [firing('a')]), claims(5, 'g', [firing('a', 4)]), list(3, [])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'does not fire again what a delivery resolved: one of several Alertmanagers lags',
      said: [list(1, [firing('a')]), claims(2, 'g', [resolved('a')]), list(3, [firing('a')])],
      known: ['a resolved in g'],
      claim: 'resolved',
    },
    {
      rule: 'fires a newer run of what was resolved',
      said: [claims(1, 'g', [resolved('a')]), list(3, [firing('a', 2)])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'is followed by the late resolve of what it has seen gone',
      said: [list(1, [firing('a')]), list(2, []), claims(3, 'g', [resolved('a')])],
      known: ['a resolved in g'],
      claim: 'resolved',
    },
    {
      rule: 'is not taken back by a late repeat of what it has seen gone',
      said: [list(1, [firing('a')]), list(2, []), claims(3, 'g', [firing('a')])],
      known: [`a gone in ${LISTED_GROUP}`],
      claim: 'resolved',
    },
    {
      rule: 'is taken back by a newer run of it',
      said: [list(1, [firing('a')]), list(2, []), claims(3, 'g', [firing('a', 2)])],
      known: ['a firing in g'],
      claim: 'firing',
    },
    {
      rule: 'is taken back by a later list',
      said: [list(1, [firing('a')]), list(2, []), list(3, [firing('a')])],
      known: [`a firing in ${LISTED_GROUP}`],
      claim: 'firing',
    },
    {
      rule: 'says that a silenced series has not ended',
      said: [list(1, [firing('a')]), list(2, [], ['a'])],
      known: [`a firing in ${LISTED_GROUP}`],
      claim: 'firing',
    },
    { rule: 'does not fire a series that was silenced from the start', said: [list(1, [], ['a'])], known: [], claim: 'none' },
    {
      rule: 'ends a series that ends in its silence',
      said: [list(1, [firing('a')]), list(2, [], ['a']), list(3, [])],
      known: [`a gone in ${LISTED_GROUP}`],
      claim: 'resolved',
    },
    {
      rule: 'outweighs a delivery without a series that it lists',
      said: [claims(1, 'g', [firing('a'), firing('b')]), list(2, [firing('a'), firing('b')]), claims(3, 'g', [firing('a')])],
      known: ['a firing in g', 'b firing in g'],
      claim: 'firing',
    },
  ];
  for (const { rule, said, known, claim } of cases) {
    it(rule, () => {
      const all = heard(said);
      assert.deepEqual(summary(all), known);
      assert.equal(claimOf(all, minute(0)), claim);
    });
  }

  it('leaves the link to Alertmanager that a delivery brought', () => {
    const delivered = { ...firing('a'), links: { runbook: 'r', graph: 'g', alertmanager: 'https://am.example.org' } };
    const [known] = heard([claims(1, 'g', [delivered]), list(2, [firing('a')])]);
    assert.equal(known?.links.alertmanager, 'https://am.example.org');
  });
});

const NAMES = ['a', 'b'] as const;
/** What happens in the one Alertmanager, and what is heard of it. */
const steps = fc.array(
  fc.oneof(
    fc.record({ what: fc.constantFrom('begin', 'end', 'silence', 'unsilence'), name: fc.constantFrom(...NAMES) }),
    fc.record({ what: fc.constantFrom('list', 'deliver', 'deliver again', 'deliver late'), name: fc.constantFrom(...NAMES) }),
  ),
  { maxLength: 30 },
);

/** Its alerts, each in a group of its own, and the deliveries on their way, which can be slow, doubled and overtaken by their doubles. */
function createAlertmanager() {
  const began = new Map<string, number>();
  const silenced = new Set<string>();
  const waiting = new Map<string, SeriesClaim[]>(NAMES.map((name) => [name, []]));
  const delivered = new Map<string, SeriesClaim[]>(NAMES.map((name) => [name, []]));
  let ends = 0;
  const notify = (name: string, claim: SeriesClaim) => void (silenced.has(name) || waiting.get(name)?.push(claim));
  return {
    ends: () => ends,
    isFiring: () => began.size > 0,
    begin: (name: string, at: number) => {
      if (began.has(name)) return;
      began.set(name, at);
      notify(name, firing(name, at));
    },
    end: (name: string) => {
      const at = began.get(name);
      if (at === undefined) return;
      began.delete(name);
      ends += 1;
      notify(name, resolved(name, at));
    },
    silence: (name: string) => void silenced.add(name),
    unsilence: (name: string) => void silenced.delete(name),
    list: (at: number) => {
      const there = [...began].map(([name, startedAt]) => firing(name, startedAt));
      return list(
        at,
        there.filter(({ fingerprint }) => !silenced.has(fingerprint)),
        [...silenced].filter((name) => began.has(name)),
      );
    },
    deliver: (name: string, at: number) => {
      const next = waiting.get(name)?.shift();
      if (next) delivered.get(name)?.push(next);
      return next ? [claims(at, name, [next])] : [];
    },
    /** A double of one that was taken, the latest or any earlier. */
    repeat: (name: string, at: number, which: 'latest' | 'first') => {
      const taken = delivered.get(name) ?? [];
      const claim = which === 'latest' ? taken.at(-1) : taken[0];
      return claim ? [claims(at, name, [claim])] : [];
    },
    isWaiting: (name: string) => (waiting.get(name)?.length ?? 0) > 0,
  };
}

describe('one Alertmanager that delivers and is asked, in any order, slow and twice', () => {
  it('is contradicted at most once for each series that really ended, and in the end it is as its last list says', () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const alertmanager = createAlertmanager();
        let incident: Incident = NEVER_SEEN;
        let at = 0;
        let contradicted = 0;
        const look = (said: readonly DeliveredClaims[]) => {
          for (const claim of said) {
            incident = advance(posted(incident), lookAt(at, FOUND.present, [claim]));
            if (incident.episode) contradicted += untold(incident.episode).filter(({ kind }) => kind === 'contradicted').length;
          }
        };
        const acts = {
          begin: (name: string) => alertmanager.begin(name, at),
          end: (name: string) => alertmanager.end(name),
          // Of a series that no list ever named, an end in silence is heard by nobody.
          silence: (name: string) => {
            look([alertmanager.list(at)]);
            alertmanager.silence(name);
          },
          unsilence: (name: string) => alertmanager.unsilence(name),
          list: () => look([alertmanager.list(at)]),
          deliver: (name: string) => look(alertmanager.deliver(name, at)),
          'deliver again': (name: string) => look(alertmanager.repeat(name, at, 'latest')),
          'deliver late': (name: string) => look(alertmanager.repeat(name, at, 'first')),
        };
        for (const { what, name } of sequence) {
          at += 1;
          acts[what](name);
        }
        for (const name of NAMES) while (alertmanager.isWaiting(name)) look(alertmanager.deliver(name, ++at));
        at += 1;
        for (const name of NAMES) alertmanager.unsilence(name);
        look([alertmanager.list(at)]);
        assert.ok(contradicted <= alertmanager.ends(), `contradicted ${contradicted} times, and ${alertmanager.ends()} series ended`);
        assert.equal(incident.episode?.claim === 'firing', alertmanager.isFiring());
      }),
      { numRuns: 500 },
    );
  });
});
