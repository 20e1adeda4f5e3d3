/** What wakes us. */
import type { AlertName } from '../golden-images/conditions.ts';
import type { DeliveredClaims } from '../incidents/claims.ts';

/** What woke us, and what it says of each alert. It is never believed. */
export type Signal = ReadonlyMap<AlertName, DeliveredClaims>;
