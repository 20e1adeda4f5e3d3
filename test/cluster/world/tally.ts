/** Counts what was lost and what was told twice, for the line that the tests print. */
import type { Assessment } from './assess.ts';

export interface Tally {
  /** Counts it, and gives it back to be asserted. */
  add(run: Assessment): Assessment;
  /** One line on standard output. */
  print(): void;
}

export function tally(what: string): Tally {
  const runs: Assessment[] = [];
  const count = (of: (run: Assessment) => readonly string[]) => runs.reduce((sum, run) => sum + of(run).length, 0);
  return {
    add: ({ losses, duplicates }) => {
      runs.push({ losses, duplicates });
      return { losses, duplicates };
    },
    print: () => {
      const counts = `${count(({ losses }) => losses)} losses, ${count(({ duplicates }) => duplicates)} duplicates`;
      process.stdout.write(`      ${what}: ${runs.length} runs, ${counts}\n`);
    },
  };
}
