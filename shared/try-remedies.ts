/** Remedies that the API server itself is asked about: what it would store is what is shown. */

import { type CheckedRemedy, type PrintedChange, withAcceptance } from './checked-remedy.ts';
import { HCO_GROUP } from './golden-images/api-version.ts';
import type { JsonObject } from './golden-images/json.ts';
import type { Acceptance } from './golden-images/remedies/acceptance.ts';
import { changedPart } from './golden-images/remedies/changed-part.ts';
import { byPreference } from './golden-images/remedies/remedies.ts';
import type { Judgement } from './judge.ts';
import type { DryRun, DryRunOutcome } from './kubernetes/dry-run.ts';
import { replacesList } from './kubernetes/json-patch.ts';
import { yamlDiff } from './kubernetes/yaml-diff.ts';

/** Asks about every change at once, until the signal; what is not answered by then stands as the schema has it. Never throws. */
export async function tryRemedies(judgements: readonly Judgement[], dryRun: DryRun, signal: AbortSignal): Promise<readonly Judgement[]> {
  return Promise.all(
    judgements.map(async (judgement) => {
      const remedies = await Promise.all(judgement.remedies.map((remedy) => tryRemedy(remedy, dryRun, signal)));
      return { ...judgement, remedies: byPreference(remedies) };
    }),
  );
}

async function tryRemedy(remedy: CheckedRemedy, dryRun: DryRun, signal: AbortSignal): Promise<CheckedRemedy> {
  const { change, target } = remedy;
  if (change === undefined) return remedy;
  const outcome = await dryRun({ target, body: replacesList(change.patch) ? change.jsonPatch : change.patch }, signal);
  const tried = withAcceptance(remedy, acceptanceBy(outcome, remedy.acceptance));
  return outcome.accepted === true ? { ...tried, diff: storedDiff(remedy, change, outcome.stored) } : tried;
}

function acceptanceBy(outcome: DryRunOutcome, bySchema: Acceptance): Acceptance {
  if (outcome.accepted === null) return { ...bySchema, reason: bySchema.reason ?? `no dry run was made: ${outcome.reason}` };
  const reason = outcome.accepted ? undefined : outcome.reason;
  return { accepted: outcome.accepted, by: 'dry run', reason, warnings: outcome.warnings };
}

/** Webhooks add to what is asked for: the diff says what the CR will be. */
function storedDiff({ target }: CheckedRemedy, { before }: PrintedChange, stored: JsonObject): string {
  const part = changedPart(specOf(before), specOf(stored));
  return yamlDiff(`HyperConverged ${HCO_GROUP}/${target.version}`, part.before, part.after);
}

function specOf({ spec }: JsonObject): JsonObject {
  return spec === undefined ? {} : { spec };
}
