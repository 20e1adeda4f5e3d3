/** The command line of `npm run check`. */
import { parseArgs } from 'node:util';

export interface CheckArguments {
  /** A saved dump; undefined for the current cluster. */
  readonly from: string | undefined;
  readonly output: 'text' | 'json';
  readonly help: boolean;
}

/** Wrong usage, or a file that cannot be used. The message is for the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run check -- [--from FILE] [--output text|json]

  Judges HCO's three golden image alerts on the current kubeconfig context, or on a dump:
    kubectl get nodes,hyperconvergeds -A -o json > FILE

  CLUSTER_NAME    the name to print (default: the context's)
  HYPERCONVERGED  namespace/name, where there are several
  KUBECTL         kubectl or oc, for printed commands

  Not for a dump, each where it is set:
  INCIDENTS         configmap:namespace/name of the functions, to print what is on record under CLUSTER_NAME
  ALERTMANAGER_URL  to tell what its alerts say from an early warning; ALERTMANAGER_API_TOKEN_FILE,
                    ALERTMANAGER_CA_FILE, CLUSTER_ID and CLUSTER_LABELS as for the functions

  Exit status: 0 nothing present, 1 something present, 2 something unknown, 64 wrong usage or unreadable file.
`;

/** Throws `UsageError` for what is not in the usage. */
export function parseCheckArguments(args: readonly string[]): CheckArguments {
  const { from, output = 'text', help = false } = parse(args);
  if (output !== 'text' && output !== 'json') throw new UsageError(`--output is ${JSON.stringify(output)}, not text or json\n\n${USAGE}`);
  return { from, output, help };
}

function parse(args: readonly string[]) {
  const options = { from: { type: 'string' }, output: { type: 'string', short: 'o' }, help: { type: 'boolean', short: 'h' } } as const;
  try {
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}
