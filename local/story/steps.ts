/** The steps of the demo's story: one row each, what it does and when it counts as done. */
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import { objectAt } from '../embedded-cluster/json.ts';
import { isImportEnabled } from '../embedded-cluster/operator.ts';
import type { Alertmanager } from './alertmanager.ts';
import type { MultiArchAlert } from './multi-arch-alert.ts';
import { applyRemedy, CUSTOM_IMAGE, ownTemplates, placementOf, type Remedy, storedVersion } from './remedies.ts';

/** The way to make the embedded chat fail. */
export interface SlackSwitch {
  isAway(): boolean;
  setAway(isAway: boolean): void;
}

export interface StepParts {
  readonly cluster: EmbeddedCluster;
  readonly kubernetesUrl: string;
  readonly alert: MultiArchAlert;
  readonly alertmanager: Pick<Alertmanager, 'deliverAgain'>;
  readonly slack: SlackSwitch;
}

export interface Step {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  /** Whether what the step brings about is so now, given whether it was played. */
  readonly isDone: (wasPlayed: boolean) => boolean;
  readonly play: () => void | Promise<void>;
}

const ARM_NODES = ['worker-arm-1', 'worker-arm-2'];

/** In the order in which the story is best told. */
export function storySteps(parts: StepParts): readonly Step[] {
  const { cluster, alert, alertmanager, slack } = parts;
  const isThere = (name: string) => cluster.nodes().some(({ metadata }) => metadata.name === name);
  const hasArmNodes = () => ARM_NODES.some(isThere);
  const isRestricted = () => Object.keys(objectAt(placementOf(cluster))).length > 0;
  const remedy = (name: Remedy) => () => applyRemedy(name, parts);
  return [
    {
      id: 'arm-nodes-join',
      label: 'Two arm64 workers join',
      hint: 'The mismatch is there, and no alert has said so yet.',
      isDone: hasArmNodes,
      play: () => ARM_NODES.filter((name) => !isThere(name)).forEach((name) => void cluster.addNode({ name, architecture: 'arm64' })),
    },
    {
      id: 'alert-fires',
      label: 'The alert fires',
      hint: 'A message says that it is true. Played again, nothing is posted twice.',
      isDone: () => alert.firingSince() !== undefined,
      play: alert.fire,
    },
    {
      id: 'operator-restarts',
      label: 'The HyperConverged operator restarts',
      hint: 'The alert resolves although the mismatch is still there, then fires with other labels: contradicted, and still one message.',
      isDone: (wasPlayed) => wasPlayed,
      play: alert.restartOperator,
    },
    {
      id: 'enable-import',
      label: 'Remedy 1: import images for every architecture',
      hint: 'The condition is gone; the incident ends when the alert resolves.',
      isDone: () => isImportOn(cluster),
      play: remedy('enable-import'),
    },
    {
      id: 'restrict-placement',
      label: 'Remedy 2: run virtual machines on amd64 nodes only',
      hint: 'One architecture is left among the workload nodes.',
      isDone: isRestricted,
      play: remedy('restrict-placement'),
    },
    {
      id: 'alert-resolves',
      label: 'The alert resolves',
      hint: 'The message says what ended it; the alert does not resolve before a remedy has worked.',
      isDone: (wasPlayed) => wasPlayed && alert.firingSince() === undefined,
      play: alert.resolve,
    },
    {
      id: 'undo-remedies',
      label: 'Both remedies are undone',
      hint: 'The mismatch is back: the same message, as long as it comes back within the hour.',
      isDone: (wasPlayed) => wasPlayed && !isImportOn(cluster) && !isRestricted(),
      play: remedy('undo'),
    },
    {
      id: 'add-golden-image',
      label: 'A golden image without architectures is added',
      hint: 'With the import on it would trade this alert for another; the remedies say so.',
      isDone: () => ownTemplates(cluster.hyperConverged(storedVersion(cluster))).some((template) => isSameImage(template)),
      play: remedy('add-golden-image'),
    },
    {
      id: 'api-server-leaves',
      label: 'The API server goes away',
      hint: 'What cannot be read is unknown: the message keeps its facts and says since when it cannot be checked.',
      isDone: () => cluster.outage() !== undefined,
      play: () => cluster.setOutage('refused-503'),
    },
    {
      id: 'api-server-returns',
      label: 'The API server comes back',
      hint: 'The next group interval, here at once: Alertmanager comes again with what got a 503, which corrects the message.',
      isDone: (wasPlayed) => wasPlayed && cluster.outage() === undefined,
      play: () => {
        cluster.setOutage(undefined);
        return alertmanager.deliverAgain();
      },
    },
    {
      id: 'slack-leaves',
      label: 'Slack goes away',
      hint: 'Deliveries are answered 503 until what they mean was said, so Alertmanager keeps the newest.',
      isDone: slack.isAway,
      play: () => slack.setAway(true),
    },
    {
      id: 'slack-returns',
      label: 'Slack comes back',
      hint: 'The next group interval, here at once: Alertmanager comes again with what got a 503, and it is said, once.',
      isDone: (wasPlayed) => wasPlayed && !slack.isAway(),
      play: () => {
        slack.setAway(false);
        return alertmanager.deliverAgain();
      },
    },
    {
      id: 'arm-nodes-leave',
      label: 'The arm64 workers leave',
      hint: 'One architecture is left; who left is told in the thread.',
      isDone: (wasPlayed) => wasPlayed && !hasArmNodes(),
      play: () => ARM_NODES.forEach((name) => void cluster.removeNode(name)),
    },
  ];
}

/** Whether the multi-architecture import is on in the CR. */
export function isImportOn(cluster: EmbeddedCluster): boolean {
  return isImportEnabled(objectAt(cluster.hyperConverged(storedVersion(cluster)), 'spec'), cluster.release);
}

function isSameImage(template: ReturnType<typeof ownTemplates>[number]): boolean {
  return objectAt(template, 'metadata').name === objectAt(CUSTOM_IMAGE, 'metadata').name;
}
