/** What was read of the cluster, for a person at a terminal. */
import type { Fact, Facts, NodesFact } from './facts.ts';

/** A line each; none where nothing was read. */
export function factLines({ before, nodes, after }: Facts): readonly string[] {
  return [...before.map(factLine), ...nodes.map(nodesLine), ...after.map(factLine)];
}

function factLine({ label, text }: Fact): string {
  return `${label.padEnd(17)}  ${text}`;
}

function nodesLine({ architecture, count, ready, open, obstacles, names }: NodesFact): string {
  const landing = open === undefined ? 'where VMs can run is not known' : `VMs can run on ${open}`;
  return `  ${architecture.padEnd(8)} ${count}, ready ${ready}, ${landing}${obstacles ? ` (${obstacles})` : ''}: ${names}`;
}
