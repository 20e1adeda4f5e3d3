/** The demo's story: what the page can play, and how things stand. */
import type { Story, StoryState } from '../channel-page/story.ts';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { objectAt } from '../embedded-cluster/json.ts';
import { type Alertmanager, type Outcome, UndeliveredError } from './alertmanager.ts';
import { addFirstNodes } from './first-nodes.ts';
import { createMultiArchAlert, type MultiArchAlert } from './multi-arch-alert.ts';
import { placementOf } from './remedies.ts';
import { isImportOn, type SlackSwitch, storySteps } from './steps.ts';

export interface StoryOptions {
  /** If it has no nodes yet, the story adds those that it begins with. */
  readonly cluster: EmbeddedCluster;
  readonly alertmanager: Alertmanager;
  /** The embedded API server over HTTP, prefix included: `http://localhost:8080/kubernetes`. */
  readonly kubernetesUrl: string;
  readonly slack: SlackSwitch;
  readonly now: () => Date;
  /** How long a restarting operator is gone. */
  readonly operatorDownMs?: number;
}

/** Long enough for a person to see the message change. */
const OPERATOR_DOWN_MS = 3_000;

export function createStory({ cluster, alertmanager, kubernetesUrl, slack, now, operatorDownMs = OPERATOR_DOWN_MS }: StoryOptions): Story {
  if (cluster.nodes().length === 0) addFirstNodes(cluster, now());
  const alert = createMultiArchAlert({ alertmanager, metric: cluster.metric, now, operatorDownMs });
  const steps = storySteps({ cluster, kubernetesUrl, alert, alertmanager, slack });
  const played = new Set<string>();
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    steps: () => steps.map(({ id, label, hint, isDone }) => ({ id, label, hint, done: isDone(played.has(id)) })),
    play: async (id) => {
      const step = steps.find((each) => each.id === id);
      if (!step) throw new Error(`the story has no step ${id}`);
      try {
        await step.play();
        played.add(id);
      } catch (error) {
        if (error instanceof UndeliveredError) played.add(id); // what it is about did happen; only the word of it is still to come
        throw error;
      } finally {
        notify();
      }
    },
    state: () => describe({ cluster, alertmanager, alert, slack }),
    subscribe: (listener) => {
      const ends = [cluster.subscribe(listener), alertmanager.subscribe(listener)];
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        for (const end of ends) end();
      };
    },
  };
}

interface Described extends Pick<StoryOptions, 'cluster' | 'alertmanager' | 'slack'> {
  readonly alert: MultiArchAlert;
}

function describe({ cluster, alertmanager, alert, slack }: Described): readonly StoryState[] {
  const since = alert.firingSince();
  return [
    { label: 'Nodes', value: countArchitectures(cluster) },
    { label: 'Import for every architecture', value: isImportOn(cluster) ? 'on' : 'off' },
    { label: 'Placement of virtual machines', value: describePlacement(cluster) },
    { label: 'Alert', value: since ? `firing since ${since.toISOString().slice(11, 19)} UTC` : 'not firing' },
    { label: 'Latest delivery', value: describeOutcome(alertmanager.lastOutcome()) },
    { label: 'API server', value: cluster.outage() === undefined ? 'up' : 'away' },
    { label: 'Slack', value: slack.isAway() ? 'away' : 'up' },
  ];
}

function countArchitectures(cluster: EmbeddedCluster): string {
  const groups = Map.groupBy(cluster.nodes(), ({ status }) => status.nodeInfo.architecture);
  const sorted = [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? 'none' : sorted.map(([architecture, nodes]) => `${nodes.length} × ${architecture}`).join(', ');
}

function describePlacement(cluster: EmbeddedCluster): string {
  const selector = Object.entries(objectAt(placementOf(cluster))).map(([key, value]) => `${key}=${value}`);
  return selector.length === 0 ? 'on every worker' : selector.join(', ');
}

function describeOutcome(outcome: Outcome): string {
  if (outcome.kind === 'none-yet') return 'none yet';
  if (outcome.kind === 'delivered') return `answered ${outcome.status}${outcome.tries === 1 ? '' : ` at try ${outcome.tries}`}`;
  const next = outcome.kind === 'gave-up' ? 'given up' : 'trying again';
  return `${next} after try ${outcome.tries}: ${outcome.because}`;
}
