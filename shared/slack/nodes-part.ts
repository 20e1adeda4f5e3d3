/** The nodes: one row per architecture. */
import type { ArchitectureRow } from '../golden-images/architecture-rows.ts';
import type { Evidence } from '../golden-images/conditions.ts';
import { bold, bullets, code, date, type Piece, paragraph, richText, words } from './rich-text.ts';
import { namesOf, plain, shortName } from './text.ts';

/** More architectures than Linux has are somebody's joke. */
const MAX_ROWS = 8;
const MAX_OBSTACLES = 3;

/** `shown` is how many nodes a row names. */
export function nodesPart({ rows }: Evidence, shown: number) {
  const total = rows.reduce((sum, { nodes }) => sum + nodes.length, 0);
  const items = rows.slice(0, MAX_ROWS).map((row) => nodeRow(row, total, shown));
  const rest = rows.slice(MAX_ROWS).reduce((sum, { nodes }) => sum + nodes.length, 0);
  const more = rest > 0 ? [[words(`and ${rest} nodes of ${rows.length - MAX_ROWS} more architectures`)]] : [];
  return richText(paragraph(bold('Nodes')), bullets(...items, ...more));
}

function nodeRow(row: ArchitectureRow, total: number, shown: number): readonly Piece[] {
  const { architecture, nodes, ready, pools, oldest } = row;
  const name = architecture === '' ? 'architecture not reported yet' : shortName(architecture);
  const since: readonly Piece[] = oldest ? [words('; the first joined '), date(oldest.createdAt)] : [];
  const pool = pools.length > 0 ? `; pool ${namesOf(pools, 3)}` : '';
  return [code(name), words(` ${nodes.length} of ${total}, ready ${ready}; ${landing(row)}${pool}; ${namesOf(nodes, shown)}`), ...since];
}

/** HCO's workload nodes are not where virtual machines land: taints and virt-handler decide that. */
function landing({ open, obstacles }: ArchitectureRow): string {
  const reasons = obstacles.slice(0, MAX_OBSTACLES).map(({ reason, nodes }) => `${nodes} ${shortName(reason)}`);
  const why = reasons.length > 0 ? ` (${reasons.join(', ')})` : '';
  return open === undefined ? `KubeVirt has marked no node, so where VMs can run is not known${why}` : `VMs can run on ${open}${why}`;
}

/** Every workload node, for a file: architecture and name, a line each. */
export function nodeList({ rows }: Evidence): string {
  return rows.flatMap(({ architecture, nodes }) => nodes.map((name) => `${plain(architecture) || '?'}\t${plain(name)}\n`)).join('');
}
