/** What the steps of the story work with. */
import type { Silences } from '../embedded-alertmanager/silences.ts';
import type { EmbeddedCluster } from '../embedded-cluster/embedded-cluster.ts';
import type { Broker } from '../eventing/broker.ts';
import type { Alertmanager } from './alertmanager.ts';
import type { ImageAlerts } from './image-alerts.ts';
import type { MultiArchAlert } from './multi-arch-alert.ts';

export interface StepParts {
  readonly cluster: EmbeddedCluster;
  readonly clusterName: string;
  readonly kubernetesUrl: string;
  readonly alert: MultiArchAlert;
  readonly images: ImageAlerts;
  readonly alertmanager: Pick<Alertmanager, 'deliverAgain'>;
  readonly broker: Pick<Broker, 'deliver' | 'idle'>;
  readonly functions: FunctionSwitch;
  readonly slack: SlackSwitch;
  readonly person: Person;
  readonly silences: Pick<Silences, 'active' | 'expireAll'>;
  readonly now: () => Date;
  readonly flapPauseMs: number;
}

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
  readonly person: Person;
  readonly silences: Pick<Silences, 'active' | 'expireAll' | 'subscribe'>;
  readonly now: () => Date;
  /** How long a restarting operator is gone. */
  readonly operatorDownMs?: number;
  /** Between two turns of a flapping alert. */
  readonly flapPauseMs?: number;
}

/** The ways to end the functions, and to have those back that do not run. */
export interface FunctionSwitch {
  /** Those that do not run. */
  away(): readonly string[];
  kill(names?: readonly ['node-events']): Promise<void>;
  start(): Promise<void>;
}

/** Somebody who reads the channel. */
export interface Person {
  /** Clicks in the newest message that has such a button or menu. Rejects where there is none, and where the app does not take it. */
  click(actionId: string, option?: string): Promise<void>;
}

/** The ways to make the embedded chat fail. */
export interface SlackSwitch {
  isAway(): boolean;
  setAway(isAway: boolean): void;
  /** The next message or reply is posted, and its answer is lost. False where nothing was posted in so many ms. */
  loseNextAnswer(withinMs: number): Promise<boolean>;
  /** The next message or reply is posted, and nobody is told. Resolves when it is there; false where nothing was posted in so many ms. */
  holdNextAnswer(withinMs: number): Promise<boolean>;
}
