/** The demo's story: what the page can play, and how things stand. */

import type { Story } from '../channel-page/story.ts';
import { UndeliveredError } from './alertmanager.ts';
import { addFirstMachines } from './first-machines.ts';
import { addFirstNodes } from './first-nodes.ts';
import { createImageAlerts } from './image-alerts.ts';
import { createMultiArchAlert } from './multi-arch-alert.ts';
import type { StoryOptions } from './parts.ts';
import { describeRecord } from './record.ts';
import { describe } from './state.ts';
import { storySteps } from './steps.ts';

/** Long enough for a person to see the message change. */
const OPERATOR_DOWN_MS = 3_000;
const FLAP_PAUSE_MS = 1_000;

export function createStory(options: StoryOptions): Story {
  const { cluster, alertmanager, broker, traffic, now, operatorDownMs = OPERATOR_DOWN_MS, flapPauseMs = FLAP_PAUSE_MS } = options;
  if (cluster.nodes().length === 0) {
    addFirstNodes(cluster, now());
    addFirstMachines(cluster, now());
  }
  const alert = createMultiArchAlert({ alertmanager, metric: cluster.metric, now, setOperator: cluster.setOperator, operatorDownMs });
  const images = createImageAlerts({ alertmanager, gauges: cluster.imageGauges, operator: alert.operator, now });
  const steps = storySteps({ ...options, alert, images, flapPauseMs });
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
      const ends = [cluster, alertmanager, broker, traffic, options.silences].map((part) => part.subscribe(listener));
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        for (const end of ends) end();
      };
    },
  };
}
