/** Who owns the CR, in words: where a change belongs, and what becomes of one that is made elsewhere. */

import type { ToldRemedy } from '../checked-remedy.ts';
import { type CrOwner, crOwnerSentence } from '../golden-images/cr-owner.ts';
import { CR_OWNER_TOOLS, type CrOwnerTool } from '../golden-images/cr-owner-tools.ts';
import type { Facts } from '../incidents/incident.ts';
import { longName } from './text.ts';

type Evidence = Facts['condition']['evidence'];

/** Those that write the CR as a whole, then others that apply what the remedy changes. */
export function ownersOf({ appliers }: Pick<ToldRemedy, 'appliers'>, evidence: Evidence): readonly CrOwner[] {
  return [...(evidence?.owners ?? []), ...appliers];
}

/** What to know before an edit by hand, with names that are harmless and no longer than a person reads. */
export function ownerSentence(owner: CrOwner): string {
  return crOwnerSentence(named(owner));
}

const PLACES: Readonly<Record<CrOwnerTool, (who: string) => string>> = {
  'argo-cd': (who) => `in the repository that ${who} renders`,
  'flux-kustomization': (who) => `in the repository that ${who} applies`,
  'flux-helm-release': (who) => `in the values or the chart of ${who}`,
  'acm-policy': (who) => `in ${who} on the hub`,
  'acm-subscription': (who) => `in the channel that ${who} deploys`,
  'manifest-work': (who) => `in ${who} on the hub`,
  helm: (who) => `also in the values or the chart of ${who}`,
};

/** `place` follows what is to be done; `fate` is that of an edit by hand. Where only a field manager speaks, it may have left the CR. */
export function changePlace(owner: CrOwner): { readonly place: string; readonly fate: string } {
  const { tool, name = '', evidence, isMarked } = named(owner);
  const row = CR_OWNER_TOOLS.find((candidate) => candidate.tool === tool);
  if (tool === 'server-side-apply' || row === undefined) {
    return { place: `at the source of what ${name} applies`, fate: 'its next apply reverts an edit by hand, or is refused for it' };
  }
  const who = isMarked ? `${row.kind} ${name}` : `the ${row.kind}`;
  return { place: `${PLACES[tool](who)}${isMarked ? '' : `, if there is one (${evidence})`}`, fate: row.fate };
}

function named(owner: CrOwner): CrOwner {
  return { ...owner, name: owner.name === undefined ? undefined : longName(owner.name), evidence: longName(owner.evidence) };
}
