/** Whether a change was found good, in the words of the remedy: by the schema of this server, or by the server itself. */

import type { PrintedChange } from '../checked-remedy.ts';
import type { HyperConvergedVersion } from '../golden-images/api-version.ts';
import { type Acceptance, NOT_ASKED } from '../golden-images/remedies/acceptance.ts';
import type { ServedVersions } from '../golden-images/snapshot.ts';
import { checkBySchema } from './schema-check.ts';

/** `served` is undefined where there is no server to ask: a dump. */
export function acceptanceBySchema(
  served: ServedVersions | undefined,
  version: HyperConvergedVersion,
  { before, patch, jsonPatch }: Pick<PrintedChange, 'before' | 'patch' | 'jsonPatch'>,
): Acceptance {
  const schema = served?.schema;
  if (schema === undefined || schema.version !== version) return NOT_ASKED;
  const { read } = schema;
  if (!read.ok) return { ...NOT_ASKED, reason: `${read.failure.resource} could not be read: ${read.failure.reason}` };
  const verdict = checkBySchema({ schema: read.value, object: before, patch, jsonPatch });
  return { accepted: verdict.accepted, by: 'schema', reason: verdict.accepted ? undefined : verdict.reason, warnings: [] };
}
