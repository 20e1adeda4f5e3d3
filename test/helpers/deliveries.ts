/** What wakes archwatch in tests: deliveries as they were captured or built from those, what they claim, and the looks that follow. */
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../shared/golden-images/json.ts';
import type { FailedRead } from '../../shared/golden-images/read.ts';
import type { DeliveredClaims } from '../../shared/incidents/claims.ts';
import { newIncident, type SeriesClaim } from '../../shared/incidents/incident.ts';
import type { Look } from '../../shared/incidents/look.ts';
import { judge } from '../../shared/judge.ts';
import { hyperConverged, node, snapshot } from './cluster-objects.ts';

export interface DeliveredAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly fingerprint: string;
}

/** A webhook body, as far as tests change it. */
export interface Delivery {
  readonly status: string;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly alerts: readonly DeliveredAlert[];
}

const CAPTURES = {
  1: 'alertmanager-1-firing',
  2: 'alertmanager-2-resolved-operator-down',
  3: 'alertmanager-3-firing-again',
  4: 'alertmanager-4-firing-no-annotation',
  5: 'alertmanager-5-resolved',
} as const;
export const CAPTURE_NUMBERS = [1, 2, 3, 4, 5] as const;
export type CaptureNumber = (typeof CAPTURE_NUMBERS)[number];

/** The body of a real delivery: the story is in the captures' README. */
export function capturedText(number: CaptureNumber): string {
  return readFileSync(new URL(`../fixtures/${CAPTURES[number]}.json`, import.meta.url), 'utf8');
}

/** The same, parsed. */
export function captured(number: CaptureNumber): Delivery {
  return JSON.parse(capturedText(number));
}

/** The one alert of a captured delivery, changed. */
export function alertOf(number: CaptureNumber, changes: Partial<DeliveredAlert> = {}): DeliveredAlert {
  const [alert] = captured(number).alerts;
  if (alert === undefined) throw new Error('the capture holds no alert');
  return { ...alert, ...changes };
}

/** The first capture with other alerts in it. */
export function delivery(alerts: readonly DeliveredAlert[], changes: Partial<Delivery> = {}): Delivery {
  const isFiring = alerts.some(({ status }) => status === 'firing');
  return { ...captured(1), status: isFiring ? 'firing' : 'resolved', alerts, ...changes };
}

/** RFC 3339; minutes after the tests' clock began. */
export function minute(number: number): string {
  return new Date(Date.UTC(2026, 10, 22, 10, number)).toISOString();
}

/** What one series says: it began at that minute. */
export function series(fingerprint: string, status: 'firing' | 'resolved', startedAt: number): SeriesClaim {
  const links = { runbook: undefined, graph: undefined, alertmanager: undefined };
  return { fingerprint, status, startsAt: minute(startedAt), heardAt: '', groupKey: '', links };
}

/** What a group's delivery at that minute says of one alert. */
export function claims(heardAt: number, groupKey: string, said: readonly SeriesClaim[], { truncated = false } = {}): DeliveredClaims {
  const heard = { heardAt: minute(heardAt), groupKey };
  return { ...heard, truncated, series: said.map((claim) => ({ ...claim, ...heard })) };
}

export const FLAP_MINUTES = 60;
export const UNREAD: FailedRead = { resource: 'nodes', reason: 'unreachable', detail: 'connect ECONNREFUSED' };

/** What a look finds: nodes and CR as Kubernetes objects, or what could not be read. */
export interface Found {
  readonly nodes: readonly JsonObject[] | FailedRead;
  readonly hyperConverged: JsonObject | undefined;
}

const BOTH = [node('worker-amd', 'amd64'), node('worker-arm', 'arm64')];
/** One cluster for each condition of `HCOMultiArchGoldenImagesDisabled`. */
export const FOUND = {
  present: { nodes: BOTH, hyperConverged: hyperConverged() },
  absent: { nodes: BOTH, hyperConverged: hyperConverged({ gate: true }) },
  unknown: { nodes: UNREAD, hyperConverged: hyperConverged() },
} satisfies Record<string, Found>;

/** A look at that minute, as the incident of `HCOMultiArchGoldenImagesDisabled` sees it. A new episode is called after its minute. */
export function lookAt(at: number, found: Found, said: readonly DeliveredClaims[] = []): Look {
  const [judgement] = judge(snapshot(found), 'kubectl');
  if (judgement === undefined) throw new Error('nothing was judged');
  return {
    judgement,
    served: { versions: ['v1', 'v1beta1'], preferred: 'v1', v1HasImportField: { ok: true, value: true } },
    versions: { nodes: undefined, hyperConverged: undefined },
    at: minute(at),
    claims: said,
    flapWindowMs: FLAP_MINUTES * 60_000,
    newEpisodeId: () => `from-minute-${at}`,
  };
}

/** The incident before anything was heard of it. */
export const NEVER_SEEN = newIncident('prod', 'HCOMultiArchGoldenImagesDisabled');
