/** What is known of the alerts beside what the cluster shows. */
import type { AlertName } from '../../shared/golden-images/conditions.ts';
import type { FailedRead } from '../../shared/golden-images/read.ts';
import type { Claim } from '../../shared/golden-images/verdict.ts';
import type { ReportedRecord } from './record.ts';

export interface Known {
  /** Null where nothing is on record; undefined where nobody asked. */
  readonly recordOf: (alert: AlertName) => ReportedRecord | null | undefined;
  /** What Alertmanager lists, with what it said before as far as that is on record; undefined where it did not say, or nobody asked. */
  readonly claimOf: (alert: AlertName) => Claim | undefined;
  /** What of it could not be read. */
  readonly unread: readonly FailedRead[];
}

/** Of a dump, or where no variable names a record or an Alertmanager. */
export const NOTHING_KNOWN: Known = { recordOf: () => undefined, claimOf: () => undefined, unread: [] };
