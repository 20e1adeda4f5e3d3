/** Who is at risk, in sentences for the message and the terminal. */
import type { AtRisk, Group, RiskReason } from './at-risk.ts';
import type { FailedRead, FailureReason, Read } from './read.ts';
import { count, listOf } from './words.ts';

export interface NameWords {
  /** How many names of a group are said; none with 0. */
  readonly shown: number;
  /** Makes of a name what the reader gets. */
  readonly write?: (name: string) => string;
}

interface Meaning {
  readonly label: 'proven fine' | 'probably fine' | 'suspect' | 'not known';
  readonly why: string;
}

const MEANINGS: Readonly<Record<RiskReason, Meaning>> = {
  'guest-differs': {
    label: 'suspect',
    why: 'the system that runs is of another architecture than the VM asks for when it starts again',
  },
  'image-differs': { label: 'suspect', why: 'the version of the image that was cloned is of another architecture than the VM' },
  'selects-others': { label: 'suspect', why: 'the VM’s own nodeSelector asks for nodes of another architecture than the VM has' },
  'not-the-default': {
    label: 'suspect',
    why: 'the VM is not of the cluster’s default architecture, and nothing says which one the version of the image has that was cloned',
  },
  'nothing-known': { label: 'not known', why: 'nothing says which architecture the version of the image has that was cloned' },
  contradictory: { label: 'not known', why: 'what is known of the version of the image that was cloned does not agree' },
  'no-architecture': { label: 'not known', why: 'the VM names no architecture' },
  'own-guest': { label: 'proven fine', why: 'the guest itself says its architecture, and it is the VM’s' },
  'guest-of-a-clone': {
    label: 'proven fine',
    why: 'the guest of another VM, cloned from the same version of the image, says its architecture, and it is the VM’s',
  },
  'imported-for-it': { label: 'proven fine', why: 'the version of the image that was cloned was imported for the VM’s architecture' },
  preference: { label: 'probably fine', why: 'the image’s default preference is for the VM’s architecture' },
  'older-than-others': {
    label: 'probably fine',
    why: 'its disk, or another from the same version of the image, is older than the first node of another architecture that is there now',
  },
};

/** `37 VMs boot from these images: 31 proven fine, 6 not known (shop/db-1, shop/web-1 and 4 more), 0 suspect`; no full stop. */
export function riskSummary(atRisk: AtRisk, names: NameWords): string {
  const { total, fine, suspect, unknown } = atRisk;
  if (total === 0) return 'No VM is known to boot from these images';
  const probable = inGroup(fine, 'probably fine');
  const parts = [
    `${fine.count - probable} proven fine`,
    ...(probable > 0 ? [`${probable} probably fine`] : []),
    `${unknown.count} not known${namesOf(unknown, names)}`,
    `${suspect.count} suspect${namesOf(suspect, names)}`,
  ];
  return `${count(total, 'VM')} boot${total === 1 ? 's' : ''} from these images: ${parts.join(', ')}`;
}

/** A sentence for each reason, those to worry about first, and one for what could not be read; none where there is nothing to say. */
export function riskReasons({ fine, suspect, unknown, unread }: AtRisk): readonly string[] {
  const told = [suspect, unknown, fine].flatMap(({ reasons }) =>
    reasons.map(({ reason, count: number }) => `${number} ${MEANINGS[reason].label}: ${MEANINGS[reason].why}.`),
  );
  return [...told, ...unread.map((failure) => `Fewer could be proven fine, because ${unreadWords(failure)}.`)];
}

/** All that is said in one list; where it could not be found out, why not. */
export function riskSentences(read: Read<AtRisk>, names: NameWords): readonly string[] {
  if (!read.ok) return [`Which VMs boot from these images is not known: ${unreadWords(read.failure)}.`];
  return [`${riskSummary(read.value, names)}.`, ...riskReasons(read.value)];
}

const NOUNS: Readonly<Record<string, string>> = {
  'virtualmachines.kubevirt.io': 'virtual machines',
  'virtualmachineinstances.kubevirt.io': 'virtual machine instances',
  'datasources.cdi.kubevirt.io': 'DataSources',
  'datavolumes.cdi.kubevirt.io': 'DataVolumes',
};

const REASONS: Readonly<Record<FailureReason, string>> = {
  forbidden: 'archwatch may not list them',
  unauthorized: 'the API server does not know archwatch’s credentials',
  'not-served': 'this API server does not serve them',
  'not-in-file': 'the file does not hold them',
  ambiguous: 'it is not clear which are meant',
  malformed: 'one of them has not the shape that it should have',
  timeout: 'the API server did not answer in time',
  unreachable: 'the API server cannot be reached',
  'server-error': 'the API server failed',
};

/** `virtual machines could not be read (archwatch may not list them)`; no full stop. What the server said stands in the failure's detail. */
export function unreadWords({ resource, reason }: FailedRead): string {
  return `${NOUNS[resource] ?? resource} could not be read (${REASONS[reason]})`;
}

function inGroup({ reasons }: Group, label: Meaning['label']): number {
  return reasons.reduce((sum, { reason, count: number }) => sum + (MEANINGS[reason].label === label ? number : 0), 0);
}

/** In brackets, after their number; nothing where there are none, or none may be said. */
function namesOf({ count: number, names }: Group, { shown, write = (name) => name }: NameWords): string {
  const told = names.slice(0, shown).map(write);
  if (told.length === 0) return '';
  const all = number > told.length ? [...told, `${number - told.length} more`] : told;
  return ` (${listOf(all, all.length)})`;
}
