/** How things stand in the story, in a line each. */
import type { StoryState } from '../channel-page/story.ts';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { objectAt } from '../embedded-cluster/json.ts';
import type { BrokerCounts } from '../eventing/broker.ts';
import type { Outcome } from './alertmanager.ts';
import type { MultiArchAlert } from './multi-arch-alert.ts';
import type { StoryOptions } from './parts.ts';
import { isImportOn, placementOf } from './remedies.ts';

interface Described extends Pick<StoryOptions, 'cluster' | 'alertmanager' | 'broker' | 'functions' | 'traffic' | 'slack' | 'silences'> {
  readonly alert: MultiArchAlert;
}

export function describe({ cluster, alertmanager, broker, functions, traffic, alert, slack, silences }: Described): readonly StoryState[] {
  const since = alert.firingSince();
  return [
    { label: 'Nodes', value: countArchitectures(cluster) },
    { label: 'Virtual machines', value: countMachines(cluster) },
    { label: 'Import for every architecture', value: isImportOn(cluster) ? 'on' : 'off' },
    { label: 'Virtual machines may run', value: describePlacement(cluster) },
    { label: 'Alert', value: since ? `firing since ${timeOf(since)}` : 'not firing' },
    ...describeSilence(silences),
    { label: 'Latest delivery', value: describeOutcome(alertmanager.lastOutcome()) },
    { label: 'Events', value: describeEvents(broker.counts()) },
    { label: 'Looks at the cluster', value: String(traffic.looks()) },
    { label: 'Functions', value: describeFunctions(functions.away()) },
    { label: 'API server', value: describeApiServer(cluster) },
    { label: 'Slack', value: slack.isAway() ? 'away' : 'up' },
  ];
}

/** Only where there is one: nobody looks for what is not there. */
function describeSilence({ active }: Described['silences']): readonly StoryState[] {
  const last = active().at(-1);
  return last ? [{ label: 'Silenced', value: `until ${timeOf(last.endsAt)}` }] : [];
}

function timeOf(time: Date): string {
  return `${time.toISOString().slice(11, 19)} UTC`;
}

function countArchitectures(cluster: EmbeddedCluster): string {
  const groups = Map.groupBy(cluster.nodes(), ({ status }) => status.nodeInfo.architecture);
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? 'none' : sorted.map(([architecture, nodes]) => `${nodes.length} × ${architecture}`).join(', ');
}

function countMachines(cluster: EmbeddedCluster): string {
  const architectures = new Map(cluster.nodes().map(({ metadata, status }) => [metadata.name, status.nodeInfo.architecture]));
  const groups = Map.groupBy(cluster.virtualMachines(), ({ isStopped, nodeName }) => {
    if (isStopped) return 'stopped';
    return nodeName === undefined ? 'without a node' : `on ${architectures.get(nodeName)}`;
  });
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? 'none' : sorted.map(([where, machines]) => `${machines.length} ${where}`).join(', ');
}

function describeFunctions(away: readonly string[]): string {
  return away.length === 0 ? 'all run' : `away: ${away.join(', ')}`;
}

function describeApiServer(cluster: EmbeddedCluster): string {
  const outage = cluster.outage();
  if (outage === 'half-a-list') return 'fails halfway through the nodes';
  return outage === undefined ? 'up' : 'away';
}

function describePlacement(cluster: EmbeddedCluster): string {
  const selector = Object.entries(objectAt(placementOf(cluster))).map(([key, value]) => `${key}=${value}`);
  return selector.length === 0 ? 'on every worker' : selector.join(', ');
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'none-yet') return 'none yet';
  if (outcome.kind === 'silenced') return 'silenced: nobody is told';
  if (outcome.kind === 'delivered') return `answered ${outcome.status}${outcome.tries === 1 ? '' : ` at try ${outcome.tries}`}`;
  const next = outcome.kind === 'gave-up' ? 'given up' : 'trying again';
  return `${next} after try ${outcome.tries}: ${outcome.because}`;
}

function describeEvents({ taken, onTheWay, deadLetters, lost }: BrokerCounts): string {
  const parts: readonly (readonly [number, string])[] = [
    [onTheWay, 'on the way'],
    [deadLetters, 'given up'],
    [lost, 'lost'],
  ];
  const rest = parts.flatMap(([number, what]) => (number > 0 ? [`${number} ${what}`] : []));
  return [`${taken} taken`, ...rest].join(', ');
}
