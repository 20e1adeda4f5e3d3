/** What Alertmanager has said so far, per series, and what follows of it for the incident. */
import type { Claim } from '../golden-images/verdict.ts';
import type { SeriesClaim } from './incident.ts';

/** What one delivery says of one alert. */
export interface DeliveredClaims {
  /** RFC 3339. */
  readonly heardAt: string;
  readonly groupKey: string;
  /** Whether the group was cut: then nothing follows from what is not in it. */
  readonly truncated: boolean;
  readonly series: readonly SeriesClaim[];
}

/** More fire at once only where labels change with every delivery: the oldest are let go. */
const MAX_FIRING = 1_000;
/** Series that are over are kept so that late repeats stay silent; Alertmanager itself forgets them sooner. */
const MAX_OVER = 100;

/**
 * The series after a delivery. It replaces what its group said before: who fired there and is not in it has gone.
 * A firing that is not newer than the recorded resolve of its series says nothing.
 */
export function mergeClaims(series: readonly SeriesClaim[], delivery: DeliveredClaims): readonly SeriesClaim[] {
  const { heardAt, groupKey, truncated, series: delivered } = delivery;
  const untouched = series.filter((known) => !delivered.some((claim) => isSameSeries(claim, known)));
  const hasGone = (known: SeriesClaim) => !truncated && known.groupKey === groupKey && known.status === 'firing';
  const kept = untouched.map((known) => (hasGone(known) ? { ...known, status: 'gone' as const, heardAt } : known));
  return bounded([
    ...kept,
    ...delivered.map((claim) =>
      newest(
        claim,
        series.find((known) => isSameSeries(claim, known)),
      ),
    ),
  ]);
}

/** The same labels: an alert that moves to another group, because a route changed, is still the same. */
function isSameSeries(a: SeriesClaim, b: SeriesClaim): boolean {
  return a.fingerprint === b.fingerprint;
}

/** Deliveries can overtake each other: an older run of a series never replaces a newer one, nor a firing its own resolve. */
function newest(claim: SeriesClaim, known: SeriesClaim | undefined): SeriesClaim {
  if (known === undefined) return claim;
  const older = Date.parse(claim.startsAt) - Date.parse(known.startsAt);
  const isStale = older < 0 || (older === 0 && known.status === 'resolved' && claim.status === 'firing');
  return isStale ? known : claim;
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
