/** What Alertmanager has said so far, per series, and what follows of it for the incident. */
import type { Claim } from '../golden-images/verdict.ts';
import type { SeriesClaim, Silence } from './incident.ts';
import { isLeftOut } from './silence.ts';

/** What one delivery, or one list that we asked for, says of one alert. */
export interface DeliveredClaims {
  /** A delivery unless it is said. */
  readonly kind?: 'delivery' | 'list';
  /** RFC 3339. */
  readonly heardAt: string;
  readonly groupKey: string;
  /** Whether the group was cut: then nothing follows from what is not in it. */
  readonly truncated: boolean;
  readonly series: readonly SeriesClaim[];
  /** Fingerprints that a list has as silenced or inhibited: they have not ended, and nothing else follows. */
  readonly suppressed?: readonly string[];
}

/** The group of a series that only a list has named so far. */
export const LISTED_GROUP = 'alertmanager-api';

/** More fire at once only where labels change with every delivery: the oldest are let go. */
const MAX_FIRING = 1_000;
/** Series that are over are kept so that late repeats stay silent; Alertmanager itself forgets them sooner. */
const MAX_OVER = 100;

/** The series after a delivery, or after a list that we asked for. `silenced` is the silence that is on record. */
export function mergeClaims(series: readonly SeriesClaim[], said: DeliveredClaims, silenced?: Silence): readonly SeriesClaim[] {
  return bounded(said.kind === 'list' ? mergeList(series, said) : mergeDelivery(series, said, isLeftOut(silenced, said.heardAt)));
}

/**
 * A delivery replaces what its group said before: who fired there and is not in it has gone, unless the Alertmanager that we ask knows it.
 * What is silenced is left out of its group: nothing follows then. A firing that is not newer than the recorded resolve of its series
 * says nothing.
 */
function mergeDelivery(
  series: readonly SeriesClaim[],
  { heardAt, groupKey, truncated, series: delivered }: DeliveredClaims,
  isSilenced: boolean,
) {
  const isWhole = !truncated && !isSilenced;
  const hasGone = (known: SeriesClaim) =>
    isWhole && known.groupKey === groupKey && known.status === 'firing' && !known.listed && !isHeardAfter(known, heardAt);
  return [...without(series, delivered, hasGone, heardAt), ...delivered.map((claim) => newest(claim, findIn(series, claim)))];
}

/**
 * A list names what has not ended. Who fired, was listed before and is not there any more has gone; who never was may be another
 * Alertmanager's, and what was heard after we asked is newer than the list. A listed series keeps the group that delivers it.
 */
function mergeList(series: readonly SeriesClaim[], { heardAt, truncated, series: listed, suppressed = [] }: DeliveredClaims) {
  const hasGone = (known: SeriesClaim) =>
    !truncated &&
    known.status === 'firing' &&
    known.listed === true &&
    !isHeardAfter(known, heardAt) &&
    !suppressed.includes(known.fingerprint);
  return [...without(series, listed, hasGone, heardAt), ...listed.map((claim) => asListed(claim, findIn(series, claim)))];
}

/** What was heard later is newer than what says nothing of it: one replica can record late what it heard early. */
function isHeardAfter(known: SeriesClaim, heardAt: string): boolean {
  return Date.parse(known.heardAt) > Date.parse(heardAt);
}

function without(series: readonly SeriesClaim[], said: readonly SeriesClaim[], hasGone: (known: SeriesClaim) => boolean, heardAt: string) {
  const untouched = series.filter((known) => findIn(said, known) === undefined);
  return untouched.map((known) => (hasGone(known) ? { ...known, status: 'gone' as const, heardAt } : known));
}

function findIn(series: readonly SeriesClaim[], claim: SeriesClaim): SeriesClaim | undefined {
  return series.find((known) => isSameSeries(claim, known));
}

/** The same labels: an alert that moves to another group, because a route changed, is still the same. */
function isSameSeries(a: SeriesClaim, b: SeriesClaim): boolean {
  return a.fingerprint === b.fingerprint;
}

/**
 * Deliveries can overtake each other: an older run of a series never replaces a newer one, and a run that is resolved has said its
 * last: heard again, it says nothing of what began since. What a list has seen gone is brought back by a list or by a newer run: the
 * same firing delivered again may be a late one.
 */
function newest(claim: SeriesClaim, known: SeriesClaim | undefined): SeriesClaim {
  if (known === undefined) return claim;
  const isOver = known.status === 'resolved' || (known.status === 'gone' && known.listed === true);
  return isStale(claim, known, isOver) ? known : { ...claim, ...(known.listed ? { listed: true } : {}) };
}

function asListed(claim: SeriesClaim, known: SeriesClaim | undefined): SeriesClaim {
  if (known === undefined) return { ...claim, listed: true };
  if (isStale(claim, known, known.status === 'resolved')) return known;
  return { ...claim, groupKey: known.groupKey, links: { ...claim.links, alertmanager: known.links.alertmanager }, listed: true };
}

function isStale(claim: SeriesClaim, known: SeriesClaim, isOver: boolean): boolean {
  const newer = Date.parse(claim.startsAt) - Date.parse(known.startsAt);
  const isRepeat = known.status === 'resolved' || (isOver && claim.status === 'firing');
  return newer < 0 || (newer === 0 && isRepeat);
}

function bounded(series: readonly SeriesClaim[]): readonly SeriesClaim[] {
  const firing = series.filter(({ status }) => status === 'firing');
  const over = series.filter(({ status }) => status !== 'firing');
  return [...newestOf(firing, MAX_FIRING), ...newestOf(over, MAX_OVER)];
}

function newestOf(series: readonly SeriesClaim[], most: number): readonly SeriesClaim[] {
  if (series.length <= most) return series;
  return [...series].sort((a, b) => Date.parse(b.heardAt) - Date.parse(a.heardAt)).slice(0, most);
}

/** `firing` while any series fires, `resolved` when the last one went, none if no alert spoke since `openedAt`. */
export function claimOf(series: readonly SeriesClaim[], openedAt: string): Claim {
  if (series.some(({ status }) => status === 'firing')) return 'firing';
  return series.some(({ heardAt }) => Date.parse(heardAt) >= Date.parse(openedAt)) ? 'resolved' : 'none';
}

/** Whether a delivery brought a run of a series that was not known to fire before: the same one repeated is no news. */
export function hasNewFiring(before: readonly SeriesClaim[], after: readonly SeriesClaim[]): boolean {
  return after.some(
    (claim) => claim.status === 'firing' && !before.some((known) => isSameSeries(claim, known) && known.startsAt === claim.startsAt),
  );
}
