/** One step of the demo's story: what it does, and when it counts as done. */

export interface Step {
  readonly id: string;
  readonly chapter: string;
  readonly label: string;
  readonly hint: string;
  /** Whether what the step brings about is so now, given whether it was played. */
  readonly isDone: (wasPlayed: boolean) => boolean;
  readonly play: () => void | Promise<void>;
}

export const wasPlayedOnce = (wasPlayed: boolean): boolean => wasPlayed;
