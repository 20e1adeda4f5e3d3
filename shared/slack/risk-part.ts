/** Who is at risk: how many virtual machines boot from the images concerned, and what is known of each. */
import type { AtRisk, Group } from '../golden-images/at-risk.ts';
import { riskReasons, riskSummary, unreadWords } from '../golden-images/risk-words.ts';
import type { Facts } from '../incidents/incident.ts';
import { plain } from '../plain.ts';
import { bold, bullets, paragraph, richText, words } from './rich-text.ts';
import { longName, notACommand } from './text.ts';

export interface RiskDetail {
  /** How many virtual machines a class names; without any, why each is in its class is not said either. */
  readonly names: number;
}

/** Undefined where that is no question, or nobody asked. */
export function riskPart({ atRisk }: Facts, { names }: RiskDetail) {
  if (atRisk === undefined) return undefined;
  if (!atRisk.ok) {
    const sentence = `which virtual machines boot from these images, because ${unreadWords(atRisk.failure)}.`;
    return richText(paragraph(bold('At risk: '), words(`not known ${sentence}`)));
  }
  const summary = `${riskSummary(atRisk.value, { shown: names, write: longName })}.`;
  const reasons = names > 0 ? riskReasons(atRisk.value).map((reason) => [words(reason)]) : [];
  return richText(paragraph(bold('At risk: '), words(summary)), ...(reasons.length > 0 ? [bullets(...reasons)] : []));
}

/** How many of them there is reason to worry about, in half a sentence. */
export function doubts({ total, suspect, unknown }: AtRisk): string {
  if (total === 0) return 'no VM is known to boot from these images';
  const whole = total === 1 ? 'the one VM that boots from these images' : `of the ${total} VMs that boot from these images`;
  const parts = [...part(suspect, 'suspect', total), ...part(unknown, 'not known', total)];
  return `${whole} ${parts.length > 0 ? parts.join(' and ') : total === 1 ? 'is not in doubt' : 'none is in doubt'}`;
}

function part({ count: number }: Group, label: string, total: number): readonly string[] {
  if (number === 0) return [];
  return [total === 1 ? `is ${label}` : `${number} ${number === 1 ? 'is' : 'are'} ${label}`];
}

/** Whether the part leaves out, or changes, names that are to be worried about. */
export function leavesOutMachines({ atRisk }: Facts, { names: shown }: RiskDetail): boolean {
  if (!atRisk?.ok) return false;
  const { suspect, unknown } = atRisk.value;
  return [suspect, unknown].some(({ count: all, names }) => all > shown || names.some((name) => longName(name) !== name));
}

/** The virtual machines to worry about, for a file: class and name, a line each. */
export function machineList({ atRisk }: Facts): string {
  if (!atRisk?.ok) return '';
  const { suspect, unknown } = atRisk.value;
  return [...lines('suspect', suspect), ...lines('not known', unknown)].join('');
}

function lines(label: string, { count: all, names }: Group): readonly string[] {
  const more = all > names.length ? [`${label}\tand ${all - names.length} more\n`] : [];
  return [...names.map((name) => `${label}\t${notACommand(plain(name))}\n`), ...more];
}
