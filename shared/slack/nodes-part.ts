/** The nodes: one row per architecture. */
import type { ArchitectureRow } from '../golden-images/architecture-rows.ts';
import type { Evidence } from '../golden-images/conditions.ts';
import { count } from '../golden-images/words.ts';
import { plain } from '../plain.ts';
import { bold, bullets, code, type Piece, paragraph, richText, words } from './rich-text.ts';
import { clip, namesOf, notACommand, shortName } from './text.ts';

const MAX_POOLS = 3;
const MAX_OBSTACLES = 3;
/** A taint's key and value are up to 380 characters; more than this says nothing at a glance. */
const MAX_REASON = 80;

export interface NodesDetail {
  /** How many nodes a row names. */
  readonly names: number;
  /** How many architectures have a row. */
  readonly architectures: number;
}

/** Undefined where no node runs workloads. */
export function nodesPart({ rows }: Evidence, { names, architectures }: NodesDetail) {
  if (rows.length === 0) return undefined;
  const total = nodesOf(rows).length;
  const items = rows.slice(0, architectures).map((row) => nodeRow(row, total, names));
  const rest = rows.slice(architectures);
  const more = rest.length > 0 ? [[words(`and ${count(nodesOf(rest).length, 'node')} of ${count(rest.length, 'more architecture')}`)]] : [];
  return richText(paragraph(bold('Nodes')), bullets(...items, ...more));
}

function nodesOf(rows: Evidence['rows']): readonly string[] {
  return rows.flatMap(({ nodes }) => nodes);
}

/** Whether the part leaves out, or changes, the name of any node. */
export function leavesOutNodes({ rows }: Evidence, { names, architectures }: NodesDetail): boolean {
  return rows.length > architectures || rows.some(({ nodes }) => nodes.length > names || nodes.some((name) => shortName(name) !== name));
}

function nodeRow(row: ArchitectureRow, total: number, shown: number): readonly Piece[] {
  const { architecture, nodes, ready, pools } = row;
  const name = architecture === '' ? 'architecture not reported yet' : shortName(architecture);
  const pool = pools.length > 0 ? `; pool ${namesOf(pools, MAX_POOLS)}` : '';
  const named = shown > 0 ? `; ${namesOf(nodes, shown)}` : '';
  return [code(name), words(` ${nodes.length} of ${total}, ready ${ready}; ${landing(row)}${pool}${named}`)];
}

/** HCO's workload nodes are not where virtual machines land: taints and virt-handler decide that. */
function landing({ open, obstacles }: ArchitectureRow): string {
  const reasons = obstacles.slice(0, MAX_OBSTACLES).map(({ reason, nodes }) => `${nodes} ${clip(plain(reason), MAX_REASON)}`);
  const more = obstacles.length > MAX_OBSTACLES ? ` and ${count(obstacles.length - MAX_OBSTACLES, 'more reason')}` : '';
  const why = reasons.length > 0 ? ` (${reasons.join(', ')}${more})` : '';
  return open === undefined ? `KubeVirt has marked no node, so where VMs can run is not known${why}` : `VMs can run on ${open}${why}`;
}

/** Every workload node, for a file: architecture and name, a line each. */
export function nodeList({ rows }: Evidence): string {
  return rows.flatMap(({ architecture, nodes }) => nodes.map((name) => nodeLine(plain(architecture) || '?', plain(name)))).join('');
}

/** Quoted where both columns together read like a command: an architecture of blanks beside a name that begins with one. */
function nodeLine(architecture: string, name: string): string {
  const line = `${architecture}\t${name}\n`;
  return notACommand(line) === line ? line : `“${architecture}”\t${name}\n`;
}
