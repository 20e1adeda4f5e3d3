/** `say` on an embedded Slack with one record and any number of replicas, all on one clock that only moves when it is told. */
import { createEmbeddedSlack, type EmbeddedSlack } from '../../local/embedded-slack/embedded-slack.ts';
import { listen } from '../../shared/http/listen.ts';
import type { Episode, Incident } from '../../shared/incidents/incident.ts';
import { createSightings } from '../../shared/incidents/sightings.ts';
import { createMemoryStore, type IncidentStore } from '../../shared/incidents/store/store.ts';
import { createLookBack } from '../../shared/look-again/look-back.ts';
import { say } from '../../shared/look-again/say.ts';
import { type Chat, createChat } from '../../shared/slack/chat.ts';
import { CHANNEL, TOKEN } from './embedded-slack.ts';
import { episodeOf } from './incidents.ts';
import { recordingLog, silentLog } from './log.ts';

const START = Date.UTC(2026, 10, 22, 10);
const DEADLINE_MS = 9_500;

export interface Saying {
  readonly slack: EmbeddedSlack;
  readonly store: IncidentStore;
  readonly log: ReturnType<typeof recordingLog>;
  readonly chat: Chat;
  /** RFC 3339; minutes after the start. */
  readonly at: (minute: number) => string;
  readonly now: () => Date;
  readonly wait: (ms: number) => void;
  /** Puts it on record, whatever stands there. */
  readonly record: (incident: Incident) => Promise<void>;
  readonly episode: (key: string) => Promise<Episode>;
  /** A process of its own: it says what is unsaid of an incident on record. `onPause` happens instead of nothing while it waits. */
  readonly replica: (options?: ReplicaOptions) => (key: string) => Promise<Incident>;
  readonly close: () => Promise<void>;
}

export interface ReplicaOptions {
  readonly chat?: Partial<Chat>;
  readonly onPause?: () => Promise<void>;
  /** How far its clock is ahead. */
  readonly aheadMs?: number;
}

export async function startSaying(): Promise<Saying> {
  let time = START;
  const now = () => new Date(time);
  const wait = (ms: number) => {
    time += ms;
  };
  const slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now });
  const server = await listen(slack.routes, { port: 0, log: silentLog });
  const chat = createChat({ token: async () => TOKEN, channel: CHANNEL.id, apiUrl: `http://localhost:${server.port}/slack/api/`, now });
  const store = createMemoryStore();
  const log = recordingLog();
  const stored = async (key: string) => {
    const { incident, version } = await store.read(key);
    if (incident === undefined) throw new Error(`${key} is not on record`);
    return { incident, version };
  };
  return {
    ...{ slack, store, log, chat, now, wait },
    at: (minute) => new Date(START + minute * 60_000).toISOString(),
    record: async (incident) => void (await store.write(incident, (await store.read(incident.key)).version)),
    episode: async (key) => episodeOf((await stored(key)).incident),
    replica: ({ chat: own, onPause, aheadMs = 0 } = {}) => {
      const itsNow = () => new Date(time + aheadMs);
      const through = { ...chat, ...own };
      const lookBack = createLookBack({ chat: through, log, now: itsNow });
      const pause = async (ms: number) => {
        wait(ms);
        await onPause?.();
      };
      const dependencies = {
        incidents: store,
        chat: through,
        settings: { consoleUrl: undefined, buttons: [] },
        log,
        now: itsNow,
        lookBack,
        pause,
      };
      const sightings = createSightings(itsNow);
      return async (key) => say(await stored(key), itsNow().getTime() + DEADLINE_MS, { ...dependencies, sightings });
    },
    close: server.close,
  };
}
