/**
 * The shape of an incident, as every store must give it back. A member that is added to a type must be added here: `tsc` says so. Make it
 * one that may be absent (`maybe`): records of the release before have none, and what does not fit is put aside.
 */
import type { Claim, Verdict } from '../../golden-images/verdict.ts';
import type {
  Acknowledgement,
  AlertLinks,
  Announcement,
  Episode,
  FactChange,
  Failure,
  Incident,
  Intent,
  RecordedLook,
  Resolution,
  Said,
  SeriesClaim,
} from '../incident.ts';
import { alertName, cause, facts, failedRead, fieldOwner } from './evidence-shape.ts';
import { flag, kindOf, list, maybe, number, object, oneOf, only, record, text, time } from './shape.ts';

const links = object<AlertLinks>({ runbook: maybe(text), graph: maybe(text), alertmanager: maybe(text) });

const series = object<SeriesClaim>(
  {
    fingerprint: text,
    groupKey: text,
    status: oneOf<SeriesClaim['status']>({ firing: true, resolved: true, gone: true }),
    startsAt: time,
    heardAt: time,
    links,
    listed: maybe(flag),
  },
  ['listed'],
);

const change = object<FactChange>({
  what: oneOf<FactChange['what']>({
    'architecture-added': true,
    'architecture-gone': true,
    'images-added': true,
    'images-gone': true,
    'nodes-left': true,
  }),
  names: list(text),
});

const resolved = { cause, placementChanged: flag, left: list(text), by: maybe(fieldOwner) };
const resolution = object<Resolution>(resolved, ['by']);

type Announced<Kind> = Extract<Announcement, { readonly kind: Kind }>;

const announcement = kindOf<Announcement>({
  opened: object<Announced<'opened'>>({ at: time, kind: only('opened') }),
  changed: object<Announced<'changed'>>({ at: time, kind: only('changed'), changes: list(change) }),
  contradicted: object<Announced<'contradicted'>>({ at: time, kind: only('contradicted') }),
  resolved: object<Announced<'resolved'>>({ at: time, kind: only('resolved'), ...resolved }, ['by']),
  back: object<Announced<'back'>>({ at: time, kind: only('back'), count: number }),
});

const willSay = { revision: number, checkedAt: maybe(time), announcements: number, files: record(text) };
const said = object<Said>({ channel: text, ts: text, ...willSay });

const intent = object<Intent>({
  id: text,
  step: oneOf<Intent['step']>({ post: true, edit: true, reply: true, file: true }),
  at: time,
  lastsMs: number,
  isInDoubt: flag,
  willSay: object<Intent['willSay']>(willSay),
});

const episode = object<Episode>({
  id: text,
  openedAt: time,
  overAt: maybe(time),
  returns: number,
  verdict: oneOf<Verdict>({ confirmed: true, stale: true, unverifiable: true, contradicted: true, resolved: true, 'early-warning': true }),
  claim: oneOf<Claim>({ firing: true, resolved: true, none: true }),
  isContradicted: flag,
  facts: maybe(facts),
  lastPresent: maybe(facts),
  resolution: maybe(resolution),
  failure: maybe(object<Failure>({ since: time, unread: list(failedRead) })),
  announcements: list(announcement),
  revision: number,
  said: maybe(said),
  intent: maybe(intent),
  closed: list(text),
  acknowledged: maybe(object<Acknowledgement>({ by: text, at: time })),
});

const look = object<RecordedLook>({
  takenAt: time,
  versions: object<RecordedLook['versions']>({ nodes: maybe(text), hyperConverged: maybe(text) }),
});

/** Throws `MalformedError` where something is not as the code relies on it. */
export const incidentShape = object<Incident>({
  key: text,
  cluster: text,
  alert: alertName,
  series: list(series),
  look: maybe(look),
  episode: maybe(episode),
});
