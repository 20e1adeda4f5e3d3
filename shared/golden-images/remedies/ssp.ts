/** What SSP, which carries out what HCO decides, does not take. */
import type { Evidence } from '../conditions.ts';
import { listOf } from '../words.ts';

/** Its validating webhook refuses every change of its CR while the cluster has a node of another one, whatever the change. */
const SSP_ARCHITECTURES = ['amd64', 'arm64', 's390x'];

/** Why SSP would refuse a change on this cluster; undefined where nothing says that it would. */
export function sspRefusal({ architectures: { workload, controlPlane } }: Evidence): string | undefined {
  const refused = [...new Set([...workload, ...controlPlane])].filter((architecture) => !SSP_ARCHITECTURES.includes(architecture)).sort();
  if (refused.length === 0) return undefined;
  return `SSP accepts no change while the cluster has nodes of ${listOf(refused)}: the server is likely to refuse this.`;
}
