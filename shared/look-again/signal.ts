/** What wakes us. */
import type { AlertName } from '../golden-images/conditions.ts';
import type { DeliveredClaims } from '../incidents/claims.ts';

/** What woke us, and what it says of each alert. It is never believed. */
export type Signal = ReadonlyMap<AlertName, DeliveredClaims>;

/** Who asked for a look, at the message of which alert. */
export interface Asked {
  readonly alert: AlertName;
  /** Slack's id of the person. */
  readonly by: string;
}
