/** What a person must not miss, as a reply in the incident's thread. */
import { count, listOf } from '../golden-images/words.ts';
import type { Announcement, Episode, FactChange, Incident } from '../incidents/incident.ts';
import { resolutionSentence, setByWords } from './cause.ts';
import { problem } from './headline.ts';
import { metadataKey } from './message.ts';
import { whyQuiet } from './operator-words.ts';
import { type Block, type Piece, paragraph, plainText, richText, words } from './rich-text.ts';
import { clip, escapeMrkdwn, longName, namesOf, shortName } from './text.ts';
import { onlyWentQuiet } from './went-quiet.ts';

export interface Reply {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Told in the channel too: only for what got worse. */
  readonly broadcast: boolean;
  readonly metadata: {
    readonly event_type: 'archwatch_reply';
    readonly event_payload: { readonly key: string; readonly episode: string; readonly number: number };
  };
}

const SHOWN = 8;
/** All seven kinds of change at once, with all their names, fit. */
const MAX_REPLY = 3_500;

/** `number` is the announcement's place in its episode. */
export function renderAnnouncement(incident: Incident, episode: Episode, announcement: Announcement, number: number): Reply {
  const sentence = clip(`${shortName(incident.cluster)}: ${sentenceOf(incident, episode, announcement)}`, MAX_REPLY);
  const pieces = [words(sentence), ...reasonOf(incident, episode, announcement)];
  return {
    text: escapeMrkdwn(plainText(pieces)),
    blocks: [richText(paragraph(...pieces))],
    broadcast: isBroadcast(incident, episode, announcement),
    metadata: { event_type: 'archwatch_reply', event_payload: { key: metadataKey(incident.key), episode: episode.id, number } },
  };
}

function isBroadcast(incident: Incident, episode: Episode, announcement: Announcement): boolean {
  if (announcement.kind === 'changed') return announcement.changes.some(({ what }) => CHANGES[what].isWorse);
  if (announcement.kind === 'contradicted') return !onlyWentQuiet(incident, episode); // else nobody was told that it is over
  return announcement.kind === 'back';
}

function sentenceOf(incident: Incident, episode: Episode, announcement: Announcement): string {
  const { alert } = incident;
  switch (announcement.kind) {
    case 'opened':
      return `Alertmanager now says it too: ${alert} fires.`;
    case 'contradicted':
      return `${contradicted(incident, episode)}: ${problem(incident, episode)}.`;
    case 'back':
      return `${returned(announcement.count)}: ${problem(incident, episode)}.`;
    case 'resolved':
      return `It is over: ${resolutionSentence(announcement)}${announcement.by ? '' : `.${left(announcement.left)}`}`;
    case 'changed':
      return announcement.changes.map((change) => changeSentence(change, shownOf(announcement.changes.length))).join(' ');
  }
}

function contradicted(incident: Incident, episode: Episode): string {
  const { alert } = incident;
  if (onlyWentQuiet(incident, episode)) return `Alertmanager no longer sends ${alert} (silenced, or it went quiet), and it is still true`;
  return `Alertmanager says that ${alert} is resolved. It is not`;
}

/** What is known of why, with times in the reader's own time zone. */
function reasonOf(incident: Incident, episode: Episode, announcement: Announcement): readonly Piece[] {
  if (announcement.kind === 'contradicted') return [words(' '), ...whyQuiet(incident, episode)];
  if (announcement.kind !== 'resolved' || !announcement.by) return [];
  return [...setByWords(announcement.by), words(`.${left(announcement.left)}`)];
}

function returned(times: number): string {
  if (times === 0) return 'It is true now';
  return times === 1 ? 'It is back' : `It is back (${count(times, 'time')} so far)`;
}

function left(names: readonly string[]): string {
  return names.length > 0 ? ` No longer workload nodes: ${namesOf(names, SHOWN)}.` : '';
}

const CHANGES: Readonly<Record<FactChange['what'], { readonly words: string; readonly isWorse: boolean }>> = {
  'architecture-added': { words: 'New architecture among the workload nodes', isWorse: true },
  'architecture-gone': { words: 'No longer an architecture of the workload nodes', isWorse: false },
  'images-added': { words: 'More golden images concerned', isWorse: true },
  'images-gone': { words: 'Golden images no longer concerned', isWorse: false },
  'machines-added': { words: 'More VMs that may have the wrong architecture', isWorse: true },
  'machines-gone': { words: 'VMs that are gone or no longer suspect', isWorse: false },
  'nodes-left': { words: 'No longer workload nodes', isWorse: false },
};

/** Names of each kind, so that they fit however many kinds there are. */
function shownOf(kinds: number): number {
  return kinds > 4 ? 5 : SHOWN;
}

function changeSentence({ what, names }: FactChange, shown: number): string {
  const isOfMachines = what === 'machines-added' || what === 'machines-gone';
  return `${CHANGES[what].words}: ${listOf(names, shown, isOfMachines ? longName : shortName)}.`;
}
