/** Messages that one person alone sees, until they put them away: no method reads them back. */
import type { MessageContent } from './message-content.ts';

/** One message for one person. */
export interface Ephemeral extends Pick<MessageContent, 'text' | 'blocks'> {
  readonly ts: string;
  /** The parent's `ts` where it is shown in a thread. */
  readonly threadTs?: string;
}

export interface Ephemerals {
  show(message: Omit<Ephemeral, 'ts'>): Ephemeral;
  /** Oldest first. */
  all(): readonly Ephemeral[];
  /** Says whether it was there. */
  dismiss(ts: string): boolean;
}

export interface EphemeralsOptions {
  readonly nextTimestamp: () => string;
  readonly changed: () => void;
}

/** None yet. */
export function createEphemerals({ nextTimestamp, changed }: EphemeralsOptions): Ephemerals {
  const byTs = new Map<string, Ephemeral>();
  return {
    show: ({ text, blocks, threadTs }) => {
      const shown = { ts: nextTimestamp(), text, blocks, ...(threadTs === undefined ? {} : { threadTs }) };
      byTs.set(shown.ts, shown);
      changed();
      return shown;
    },
    all: () => [...byTs.values()],
    dismiss: (ts) => {
      const wasThere = byTs.delete(ts);
      if (wasThere) changed();
      return wasThere;
    },
  };
}
