/** What ends a check without a result, in one line for the terminal. */
import { MalformedError } from '../../shared/golden-images/json.ts';
import { plain } from '../../shared/plain.ts';

/** Nothing of it tells whether a condition is present. */
export function explainFault(error: unknown): string {
  if (error instanceof MalformedError) return `what was read cannot be understood: ${plain(error.message)}`;
  if (isTooDeep(error)) return 'what was read cannot be understood: it holds itself (a YAML alias can), or is nested too deeply';
  return `the check could not be finished, and this is a fault of archwatch: ${plain(String(error))}`;
}

/** V8 says by no code that its stack is full. */
function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}
