/**
 * The shape of an incident, as every store must give it back. A member that is added to a type must be added here: `tsc` says so. Make it
 * one that may be absent (`maybe`, `orElse`): records of the release before have none, and what does not fit is put aside.
 */
import type { Claim, Verdict } from '../../golden-images/verdict.ts';
import { countAnnounced } from '../announcements.ts';
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
  Silence,
} from '../incident.ts';
import { alertName, cause, failedRead, fieldOwner } from './evidence-shape.ts';
import { facts } from './facts-shape.ts';
import { checked, flag, kindOf, list, maybe, number, object, oneOf, only, orElse, ownTime, record, text, time } from './shape.ts';

const links = object<AlertLinks>({ runbook: maybe(text), graph: maybe(text), alertmanager: maybe(text) });

const series = object<SeriesClaim>(
  {
    fingerprint: text,
    groupKey: text,
    status: oneOf<SeriesClaim['status']>({ firing: true, resolved: true, gone: true }),
    startsAt: time,
    heardAt: ownTime,
    links,
    image: maybe(text),
    listed: maybe(flag),
    cluster: maybe(record(text)),
  },
  ['image', 'listed', 'cluster'],
);

const change = object<FactChange>({
  what: oneOf<FactChange['what']>({
    'architecture-added': true,
    'architecture-gone': true,
    'images-added': true,
    'images-gone': true,
    'machines-added': true,
    'machines-gone': true,
    'nodes-left': true,
  }),
  names: list(text),
});

const resolved = { cause, placementChanged: flag, left: list(text), by: maybe(fieldOwner) };
const resolution = object<Resolution>(resolved, ['by']);

type Announced<Kind> = Extract<Announcement, { readonly kind: Kind }>;

const announcement = kindOf<Announcement>({
  opened: object<Announced<'opened'>>({ at: ownTime, kind: only('opened') }),
  changed: object<Announced<'changed'>>({ at: ownTime, kind: only('changed'), changes: list(change) }),
  contradicted: object<Announced<'contradicted'>>({ at: ownTime, kind: only('contradicted') }),
  resolved: object<Announced<'resolved'>>({ at: ownTime, kind: only('resolved'), ...resolved }, ['by']),
  back: object<Announced<'back'>>({ at: ownTime, kind: only('back'), count: number }),
});

const willSay = { revision: number, checkedAt: maybe(ownTime), announcements: number, files: record(text) };
const said = object<Said>({ channel: text, ts: text, ...willSay });

/** Others wait for so long. A step takes less than a minute. */
const MAX_INTENT_MS = 10 * 60_000;

const intent = object<Intent>({
  id: text,
  step: oneOf<Intent['step']>({ post: true, edit: true, reply: true, file: true }),
  at: ownTime,
  lastsMs: checked(number, (ms) => (ms > MAX_INTENT_MS ? `${ms} ms are longer than anybody waits for a step` : undefined)),
  isInDoubt: flag,
  willSay: object<Intent['willSay']>(willSay),
});

const episodeMembers = object<Episode>(
  {
    id: text,
    openedAt: ownTime,
    overAt: maybe(ownTime),
    returns: number,
    verdict: oneOf<Verdict>({
      confirmed: true,
      stale: true,
      unverifiable: true,
      contradicted: true,
      resolved: true,
      'early-warning': true,
    }),
    claim: oneOf<Claim>({ firing: true, resolved: true, none: true }),
    isContradicted: flag,
    facts: maybe(facts),
    lastPresent: maybe(facts),
    resolution: maybe(resolution),
    failure: maybe(object<Failure>({ since: ownTime, unread: list(failedRead) })),
    announced: orElse(number, 0),
    announcements: list(announcement),
    revision: number,
    said: maybe(said),
    intent: maybe(intent),
    closed: list(text),
    acknowledged: maybe(object<Acknowledgement>({ by: text, at: ownTime })),
    silenced: maybe(object<Silence>({ id: text, by: text, at: ownTime, until: ownTime, matchers: maybe(record(text)) }, ['matchers'])),
    searchFrom: maybe(ownTime),
  },
  ['silenced', 'searchFrom'],
);

/** The channel cannot show what is not there yet: what is said would be waited for, and nothing told until then. */
const episode = checked(episodeMembers, ({ revision, said, intent, ...had }) => {
  const count = countAnnounced(had);
  const shown = [said, intent?.willSay].filter((one) => one !== undefined);
  if (shown.some((one) => one.revision > revision)) return `a revision is said that is later than ${revision}`;
  if (shown.some((one) => one.announcements > count)) return `more announcements are told than the ${count} that there are`;
  return undefined;
});

const look = object<RecordedLook>({
  takenAt: ownTime,
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
