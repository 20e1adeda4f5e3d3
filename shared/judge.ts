/** A snapshot judged: each alert's condition, the ways out, and who is at risk meanwhile. */
import type { CheckedRemedy } from './checked-remedy.ts';
import type { AtRisk } from './golden-images/at-risk.ts';
import { ALERT_RULES, type AlertName, type AlertRule, type Condition, judgeCondition } from './golden-images/conditions.ts';
import type { HyperConverged } from './golden-images/hyperconverged.ts';
import { MalformedError } from './golden-images/json.ts';
import type { Read } from './golden-images/read.ts';
import { proposeMending } from './golden-images/remedies/mend-the-cr.ts';
import { byPreference, proposeRemedies } from './golden-images/remedies/remedies.ts';
import type { Proposal } from './golden-images/remedies/remedy.ts';
import type { Snapshot } from './golden-images/snapshot.ts';
import { judgeVirtualMachines } from './golden-images/virtual-machines.ts';
import { printRemedy } from './print-remedy.ts';

export interface Judgement {
  readonly alert: AlertName;
  readonly condition: Condition;
  readonly remedies: readonly CheckedRemedy[];
  /** The virtual machines that boot from the images concerned; undefined where that is no question, or nobody asked. */
  readonly atRisk: Read<AtRisk> | undefined;
}

/** All three alerts, in a fixed order. `kubectl` is the client that printed commands begin with. */
export function judge(snapshot: Snapshot, kubectl: string): readonly Judgement[] {
  return ALERT_RULES.map((rule) => {
    const condition = judgeCondition(rule, snapshot);
    const remedies = remediesFor(rule.alert, condition, snapshot, kubectl);
    return { alert: rule.alert, condition, remedies: byPreference(remedies), atRisk: atRiskOf(rule, condition, snapshot) };
  });
}

/** What a condition does not need may be malformed in the CR: the condition is told all the same. */
function remediesFor(alert: AlertName, condition: Condition, snapshot: Snapshot, kubectl: string): readonly CheckedRemedy[] {
  const print = (proposal: Proposal) => printRemedy(proposal, snapshot, kubectl);
  try {
    return proposeRemedies(alert, snapshot, condition).map(print);
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return proposeMending(snapshot, condition, error).map(print);
  }
}

function atRiskOf({ isRiskForMachines }: AlertRule, condition: Condition, snapshot: Snapshot): Judgement['atRisk'] {
  const { kubeVirt, nodes, hyperConverged } = snapshot;
  if (!isRiskForMachines || condition.kind !== 'present' || kubeVirt === undefined) return undefined;
  if (!nodes.ok || !hyperConverged.ok || hyperConverged.value === undefined) return undefined;
  try {
    return judgeVirtualMachines(kubeVirt, nodes.value, withImagesOf(condition, hyperConverged.value));
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    return { ok: false, failure: { resource: 'hyperconvergeds.hco.kubevirt.io', reason: 'malformed', detail: error.message } };
  }
}

/** The images that the alert names; all where it names none. */
function withImagesOf({ goldenImages }: Extract<Condition, { kind: 'present' }>, cr: HyperConverged): HyperConverged {
  if (goldenImages.length === 0) return cr;
  const hit = new Set(goldenImages.filter(({ condition }) => condition === 'present').map(({ name }) => name));
  return { ...cr, goldenImages: cr.goldenImages.filter(({ name }) => hit.has(name)) };
}
