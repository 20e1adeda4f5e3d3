/** What a record keeps of what Alertmanager says: whatever its length, a series takes a bounded part of it. */
import { createHash } from 'node:crypto';

const MAX_ID = 256;
/** Longer ones are no addresses that a person can follow; browsers and proxies take about as much. */
const MAX_LINK = 2_048;

/** An identifier, or its digest where it is long: the same text is always the same identifier. */
export function boundedId(id: string): string {
  return id.length <= MAX_ID ? id : `sha256:${createHash('sha256').update(id).digest('hex')}`;
}

/** An address as it is, or none: half an address leads elsewhere. */
export function boundedLink(url: string | undefined): string | undefined {
  return url === undefined || url.length > MAX_LINK ? undefined : url;
}
