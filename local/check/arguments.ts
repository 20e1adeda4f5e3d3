/** The command line of `npm run check`. */
import { parseArgs } from 'node:util';
import { ALERT_RULES, type AlertName } from '../../shared/golden-images/conditions.ts';

export const OUTPUTS = ['text', 'json', 'yaml', 'markdown'] as const;
export type Output = (typeof OUTPUTS)[number];

/** The things of a remedy that scripts take. */
export const PRINTABLE = ['patch', 'json-patch', 'command', 'yaml'] as const;
export type Printable = (typeof PRINTABLE)[number];

/** One thing of one remedy, and nothing else. */
export interface Wanted {
  readonly remedy: string;
  readonly print: Printable;
  /** Undefined where the remedy's id says enough. */
  readonly alert: AlertName | undefined;
}

export interface CheckArguments {
  /** A saved dump, a file or the folder of a must-gather; undefined for the current cluster. */
  readonly from: string | undefined;
  readonly output: Output;
  /** Instead of the report. */
  readonly wanted: Wanted | undefined;
  readonly help: boolean;
}

/** Wrong usage, or a file that cannot be used. The message is for the terminal. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run check -- [--from FILE|FOLDER] [--output ${OUTPUTS.join('|')}]
npm run -s check -- [--from FILE|FOLDER] --remedy ID --print ${PRINTABLE.join('|')} [--alert NAME]

  Judges HCO's three golden image alerts on the current kubeconfig context, or on a dump:
    kubectl get nodes,hyperconvergeds -A -o json > FILE
    oc adm must-gather --dest-dir=FOLDER (unpacked; taken as complete for each kind that it holds)

  CLUSTER_NAME    the name to print (default: the context's)
  HYPERCONVERGED  namespace/name, where there are several
  KUBECTL         kubectl or oc, for printed commands

  Not for a dump, each where it is set:
  INCIDENTS         configmap:namespace/name of the functions, to print what is on record under CLUSTER_NAME
  ALERTMANAGER_URL  to tell what its alerts say from an early warning; ALERTMANAGER_API_TOKEN_FILE,
                    ALERTMANAGER_CA_FILE, CLUSTER_ID and CLUSTER_LABELS as for the functions
  DRY_RUN           server, to have the API server try each change (dryRun=All) beside its published schema
  REGISTRY_LOCAL_ADDRESSES  allow, to ask registries on this machine or its own link, too

  --output, -o    markdown is for a ticket; json and yaml are the same report
  --remedy ID --print THING   only this thing of this remedy, for scripts: the merge patch and the JSON Patch on one line,
                  the command, or the part of the manifest. What is to be known about it is on standard error.
  --alert NAME    whose remedy, where two alerts have one of the same id

  Exit status: 0 nothing present, 1 something present, 2 something unknown, 64 wrong usage or unreadable file.
  With --remedy: 0 printed, 2 something unknown, 64 there is no such remedy now, or nothing of it to print.
`;

/** Throws `UsageError` for what is not in the usage. */
export function parseCheckArguments(args: readonly string[]): CheckArguments {
  const { from, output, help = false, ...rest } = parse(args);
  const wanted = readWanted(rest);
  if (wanted && output !== undefined) throw usage('--output is for the whole report, and does not go with --remedy');
  return { from, output: oneOf(OUTPUTS, '--output', output ?? 'text'), wanted, help };
}

function readWanted({ remedy, print, alert }: Readonly<Record<'remedy' | 'print' | 'alert', string | undefined>>): Wanted | undefined {
  if (remedy === undefined && print === undefined && alert === undefined) return undefined;
  if (remedy === undefined) throw usage(`${print === undefined ? '--alert' : '--print'} needs --remedy`);
  if (print === undefined) throw usage('--remedy needs --print');
  return { remedy, print: oneOf(PRINTABLE, '--print', print), alert: alert === undefined ? undefined : oneOf(ALERTS, '--alert', alert) };
}

const ALERTS = ALERT_RULES.map(({ alert }) => alert);

function oneOf<T extends string>(known: readonly T[], option: string, value: string): T {
  const found = known.find((one) => one === value);
  if (found === undefined) throw usage(`${option} is ${JSON.stringify(value)}, not ${known.slice(0, -1).join(', ')} or ${known.at(-1)}`);
  return found;
}

const text = { type: 'string' } as const;
const options = {
  ...{ from: text, remedy: text, print: text, alert: text },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h' },
} as const;

function parse(args: readonly string[]) {
  try {
    const { from, output, help, remedy, print, alert } = parseArgs({ args: [...args], options, strict: true }).values;
    return { from, output, help, remedy, print, alert };
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function usage(fault: string): UsageError {
  return new UsageError(`${fault}\n\n${USAGE}`);
}
