/** The demo's story: what the page can play, and how things stand. */
import type { Story } from '../channel-page/story.ts';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { Broker } from '../eventing/broker.ts';
import { type Alertmanager, UndeliveredError } from './alertmanager.ts';
import { addFirstNodes } from './first-nodes.ts';
import { createMultiArchAlert } from './multi-arch-alert.ts';
import { describeRecord } from './record.ts';
import { describe } from './state.ts';
import { type FunctionSwitch, type SlackSwitch, storySteps } from './steps.ts';

export interface StoryOptions {
  /** If it has no nodes yet, the story adds those that it begins with. */
  readonly cluster: EmbeddedCluster;
  /** As events name it. */
  readonly clusterName: string;
  readonly alertmanager: Alertmanager;
  readonly broker: Broker;
  readonly functions: FunctionSwitch;
  /** The embedded API server over HTTP, prefix included: `http://localhost:8080/kubernetes`. */
  readonly kubernetesUrl: string;
  /** How often the functions look at the cluster, and when they write to it. */
  readonly traffic: { looks(): number; subscribe(listener: () => void): () => void };
  readonly slack: SlackSwitch;
  readonly now: () => Date;
  /** How long a restarting operator is gone. */
  readonly operatorDownMs?: number;
  /** Between two turns of a flapping alert. */
  readonly flapPauseMs?: number;
}

/** Long enough for a person to see the message change. */
const OPERATOR_DOWN_MS = 3_000;
const FLAP_PAUSE_MS = 1_000;

export function createStory(options: StoryOptions): Story {
  const { cluster, alertmanager, broker, traffic, now, operatorDownMs = OPERATOR_DOWN_MS, flapPauseMs = FLAP_PAUSE_MS } = options;
  if (cluster.nodes().length === 0) addFirstNodes(cluster, now());
  const alert = createMultiArchAlert({ alertmanager, metric: cluster.metric, now, setOperator: cluster.setOperator, operatorDownMs });
  const steps = storySteps({ ...options, alert, flapPauseMs });
  const played = new Set<string>();
  const listeners = new Set<() => void>();
  const notify = () => {
    for (const listener of listeners) listener();
  };
  return {
    steps: () => steps.map(({ isDone, play: _, ...step }) => ({ ...step, done: isDone(played.has(step.id)) })),
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
    state: () => describe({ ...options, alert }),
    record: () => describeRecord(cluster.configMaps()),
    subscribe: (listener) => {
      const ends = [cluster, alertmanager, broker, traffic].map((part) => part.subscribe(listener));
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        for (const end of ends) end();
      };
    },
  };
}
