/** What the page can play: the demo's story, one step after the other. Whoever starts the demo writes it. */

/** One step, as a button. */
export interface StoryStep {
  readonly id: string;
  /** Steps that belong together have the same. */
  readonly chapter: string;
  /** What happens, in a few words: "A worker node of another architecture joins". */
  readonly label: string;
  /** What to look for in the channel then, in one sentence. */
  readonly hint: string;
  readonly done: boolean;
}

/** One line of the cluster's state: "Workload nodes", "3 × amd64, 1 × arm64". */
export interface StoryState {
  readonly label: string;
  readonly value: string;
}

export interface Story {
  readonly steps: () => readonly StoryStep[];
  /** Resolves when the step has happened; the message of its error is shown on the page. */
  play(id: string): Promise<void>;
  state(): readonly StoryState[];
  /** What the functions have on record. */
  record(): readonly StoryState[];
  /** Calls back after each change of the steps or the state, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}
