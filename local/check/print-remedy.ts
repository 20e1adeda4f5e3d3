/** One thing of one remedy, for a script. */
import { firstQuestion, standing } from '../../shared/golden-images/remedies/wording.ts';
import { listOf } from '../../shared/golden-images/words.ts';
import { replacesList } from '../../shared/kubernetes/json-patch.ts';
import { plain } from '../../shared/plain.ts';
import { PRINTABLE, type Printable, type Wanted } from './arguments.ts';
import { namesOf } from './facts.ts';
import { unreadSentence } from './heading.ts';
import { harmlessYaml, toJsonText } from './machine-text.ts';
import { isOffered, orphanWords } from './remedy-parts.ts';
import type { Report, ReportedIncident, ReportedRemedy } from './report.ts';

export interface PrintedRemedy {
  /** 0 where the thing is printed; 2 where it is not known whether there is such a remedy; 64 where there is none now, or no such thing. */
  readonly status: 0 | 2 | 64;
  /** The thing and a line break; empty otherwise. */
  readonly stdout: string;
  /** What a person should know about it: a sentence or two each. */
  readonly notes: readonly string[];
}

export function printForScript({ incidents, unread }: Report, wanted: Wanted): PrintedRemedy {
  const asked = incidents.filter(({ alert }) => wanted.alert === undefined || alert === wanted.alert);
  const found = asked.flatMap(({ alert, remedies }) =>
    remedies.filter(({ id }) => id === wanted.remedy).map((remedy) => ({ alert, remedy })),
  );
  const [first, ...others] = found;
  if (first && others.length === 0) return printThing(first.remedy, wanted.print);
  if (first) return nothing(64, `${whole(found.map(({ alert }) => alert))} have each a remedy ${name(wanted)}: say which with --alert`);
  if (asked.every(({ condition }) => condition !== 'unknown')) return nothing(64, noSuchRemedy(asked, wanted));
  return nothing(2, `Whether there is a remedy ${name(wanted)} is not known.`, ...unread.map(unreadSentence));
}

function nothing(status: 2 | 64, ...notes: readonly string[]): PrintedRemedy {
  return { status, stdout: '', notes };
}

function noSuchRemedy(asked: readonly ReportedIncident[], wanted: Wanted): string {
  const there = asked.filter(({ remedies }) => remedies.length > 0);
  const named = there.map(({ alert, remedies }) => `${whole(remedies.map(({ id }) => id))} of ${alert}`);
  return `there is no remedy ${name(wanted)} now, ${named.length === 0 ? 'nor any other' : `only ${named.join('; ')}`}`;
}

const THINGS: Readonly<Record<Printable, (remedy: ReportedRemedy) => string | undefined>> = {
  patch: ({ patch }) => (patch === null ? undefined : toJsonText(patch)),
  'json-patch': ({ jsonPatch }) => (jsonPatch === null ? undefined : toJsonText(jsonPatch)),
  command: ({ command }) => (command === null ? undefined : plain(command)),
  yaml: ({ yaml }) => (yaml === null ? undefined : harmlessYaml(yaml).trimEnd()),
};

/** Of what does not work here there is only the manifest, to be completed by hand. */
function printThing(remedy: ReportedRemedy, print: Printable): PrintedRemedy {
  const id = plain(remedy.id);
  if (!isOffered(remedy) && print !== 'yaml') {
    return nothing(64, `${id} has no ${print} to apply: ${plain(remedy.reason ?? 'it does not work here')}`);
  }
  const thing = THINGS[print](remedy);
  if (thing !== undefined) return { status: 0, stdout: `${thing}\n`, notes: notesOn(remedy, print).map(plain) };
  const has = PRINTABLE.filter((one) => THINGS[one](remedy) !== undefined);
  return nothing(64, `${id} has no ${print}, ${has.length === 0 ? 'nor anything else to print' : `only ${listOf(has)}`}`);
}

function notesOn(remedy: ReportedRemedy, print: Printable): readonly string[] {
  const { reason, orphans, lookup, checkFirst, warnings, patch } = remedy;
  return [
    ...(reason === null ? [] : [`${capitalized(standing(remedy))}: ${reason}`]),
    ...(orphans.count > 0 ? [`Do not apply it while ${orphanWords(orphans)}: they cannot migrate to another architecture.`] : []),
    ...(lookup === null ? [] : [`${firstQuestion(checkFirst, namesOf)} To see: ${lookup}`]),
    ...warnings.map((warning) => `The API server warns: ${warning}`),
    ...(patch && replacesList(patch) ? (OF_LISTS[print] ?? []) : []),
  ];
}

/** What is to be known of a change of a list. */
const OF_LISTS: Readonly<Partial<Record<Printable, readonly string[]>>> = {
  patch: ['It carries a whole list: what others have put there meanwhile would be lost. The json-patch is guarded against that.'],
};

function capitalized(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function whole(names: readonly string[]): string {
  return listOf(names, names.length, plain);
}

function name({ remedy }: Wanted): string {
  return JSON.stringify(plain(remedy));
}
