/** A snapshot judged: each alert's condition, and for what is present the ways out, ready to print. */
import { HCO_GROUP, type HyperConvergedVersion } from './golden-images/api-version.ts';
import { ALERT_RULES, type AlertName, type Condition, judgeCondition } from './golden-images/conditions.ts';
import { proposeRemedies } from './golden-images/remedies/remedies.ts';
import type { Proposal } from './golden-images/remedies/remedy.ts';
import type { Snapshot } from './golden-images/snapshot.ts';
import { mergePatchCommand, runningOnCommand } from './kubernetes/patch-command.ts';
import { yamlDiff } from './kubernetes/yaml-diff.ts';

/** A proposal with what a person copies. */
export interface CheckedRemedy extends Proposal {
  /** Of the patch: `hco.kubevirt.io/v1`. */
  readonly apiVersion: string;
  /** Undefined where there is nothing to patch. */
  readonly command: string | undefined;
  readonly diff: string | undefined;
  /** Lists the virtual machines that must be known of first. */
  readonly lookup: string | undefined;
}

export interface Judgement {
  readonly alert: AlertName;
  readonly condition: Condition;
  readonly remedies: readonly CheckedRemedy[];
}

/** All three alerts, in a fixed order. `kubectl` is the client that printed commands begin with. */
export function judge(snapshot: Snapshot, kubectl: string): readonly Judgement[] {
  return ALERT_RULES.map((rule) => {
    const condition = judgeCondition(rule, snapshot);
    const remedies = proposeRemedies(rule.alert, snapshot, condition);
    return { alert: rule.alert, condition, remedies: remedies.map((proposal) => printable(proposal, kubectl)) };
  });
}

function printable(proposal: Proposal, kubectl: string): CheckedRemedy {
  const { change, target } = proposal;
  const resource = `hyperconvergeds.${target.version}.${HCO_GROUP}`;
  return {
    ...proposal,
    apiVersion: apiVersionOf(target.version),
    command: change && mergePatchCommand(kubectl, { resource, ...target }, change.patch),
    diff: change && yamlDiff(`HyperConverged ${apiVersionOf(target.version)}`, change.before, change.after),
    lookup: proposal.checkFirst.length > 0 ? runningOnCommand(kubectl, proposal.checkFirst) : undefined,
  };
}

function apiVersionOf(version: HyperConvergedVersion): string {
  return `${HCO_GROUP}/${version}`;
}
