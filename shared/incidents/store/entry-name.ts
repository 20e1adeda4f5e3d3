/** How the entries of a ConfigMap are named. Kubernetes takes letters, digits, `-`, `_` and `.` (apimachinery `validation.IsConfigMapKey`). */
import { createHash } from 'node:crypto';
import { ALERT_RULES } from '../../golden-images/conditions.ts';

const ASIDE = 'aside-';
const MAX_NAME = 253;
/** A cluster name that can stand in an entry's name as it is, and looks like none that was changed. */
const PLAIN = /^(?!aside-)(?!.*-[0-9a-f]{8}$)[A-Za-z0-9][-._A-Za-z0-9]*$/;

/** The entry of the incident with this key: `CLUSTER_NAME.alert`, in letters that Kubernetes takes. */
export function entryName(key: string): string {
  const end = key.lastIndexOf('/');
  return `${clusterPart(key.slice(0, end))}.${key.slice(end + 1)}`;
}

/** Cluster names are free text; two that differ only in what cannot be written still have two entries. */
function clusterPart(cluster: string): string {
  if (PLAIN.test(cluster)) return cluster;
  const digest = createHash('sha256').update(cluster).digest('hex').slice(0, 8);
  return `cluster-${cluster.replace(/[^-._A-Za-z0-9]/g, '-')}-${digest}`;
}

/** Whether an incident of any cluster may stand there. */
export function isIncidentEntry(name: string): boolean {
  return !isAsideEntry(name) && ALERT_RULES.some(({ alert }) => name.endsWith(`.${alert}`));
}

export function isAsideEntry(name: string): boolean {
  return name.startsWith(ASIDE);
}

/** Where the text of an entry is put aside: `aside-<time>-<name>`, and never where something is already. Sorts by time. */
export function asideName(name: string, at: Date, isTaken: (name: string) => boolean): string {
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '');
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `.${number}`;
    const candidate = `${`${ASIDE}${time}-${name}`.slice(0, MAX_NAME - suffix.length)}${suffix}`;
    if (!isTaken(candidate)) return candidate;
  }
}
