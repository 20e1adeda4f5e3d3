/** What the answer to a dry run means where it is no success: this change is refused, or nobody answered the question. */
import { isObject, type Json, type JsonObject } from '../golden-images/json.ts';
import { plain } from '../plain.ts';
import { ApiStatusError } from './api-status-error.ts';
import { failureOf } from './failure.ts';

export interface DryRunRefusal {
  /** Whether the change itself is refused; else nobody could be asked. */
  readonly refused: boolean;
  /** The server's own words where it refuses the change. */
  readonly reason: string;
}

export function dryRunRefusal(error: unknown): DryRunRefusal {
  if (!(error instanceof ApiStatusError)) return unanswered(failureOf('a dry run', error).detail);
  const { status, answer } = error;
  if (!isObject(answer) || answer.kind !== 'Status') return unanswered(`something that is not the API server answered ${status}`);
  const words = wordsOf(answer);
  return DENIED.test(words) ? refused(words) : (OUTCOMES.find(({ when }) => when(status, words))?.outcome(words) ?? refused(words));
}

/** How webhooks and ValidatingAdmissionPolicies say no, with whatever status they choose. */
const DENIED = /^admission webhook ".*" denied the request|\bValidatingAdmissionPolicy '.*' with binding '.*' denied request/;

/** Whose fault a server error is. A webhook that cannot be reached says nothing about the change. */
const UNREACHED = /failed calling webhook|: Post "|etcdserver|timeout|deadline exceeded/;
const FAULT_OF_CHANGE = /operation does not apply|conversion webhook for /;

interface Outcome {
  readonly when: (status: number, words: string) => boolean;
  readonly outcome: (words: string) => DryRunRefusal;
}

/** The first that fits; all other answers refuse the change. */
const OUTCOMES: readonly Outcome[] = [
  {
    when: (status, words) => status === 403 && /\bcannot patch resource\b/.test(words),
    outcome: () =>
      unanswered('a dry run needs the right to patch hyperconvergeds: apply knative/components/server-dry-run, or set DRY_RUN=schema'),
  },
  { when: (status) => status === 401, outcome: () => unanswered('the API server does not accept the credentials') },
  { when: (status) => status === 404, outcome: () => unanswered('the HyperConverged is not there any more, or not in this API version') },
  { when: (status) => status === 409, outcome: () => unanswered('the HyperConverged was changed meanwhile') },
  { when: (status) => status === 408 || status === 429, outcome: (words) => unanswered(`the API server could not answer now: ${words}`) },
  {
    when: (status, words) => status >= 500 && (UNREACHED.test(words) || !FAULT_OF_CHANGE.test(words)),
    outcome: (words) => unanswered(`the API server could not answer: ${words}`),
  },
  // What the API server says to a JSON Patch that does not apply, and nothing more.
  {
    when: (_, words) => words === NO_WORDS,
    outcome: () => refused(`${NO_WORDS}: a test of the JSON Patch does not hold, or a path is not there`),
  },
];

const NO_WORDS = 'the server rejected our request due to an error in our request';

function refused(reason: string): DryRunRefusal {
  return { refused: true, reason };
}

function unanswered(reason: string): DryRunRefusal {
  return { refused: false, reason };
}

const MAX_WORDS = 1_000;

/** One line. Of an invalid object each cause with its path; the message itself would repeat the whole CR where a field is unknown. */
function wordsOf(answer: JsonObject): string {
  const message = textIn(answer, 'message');
  const causes = DENIED.test(message) ? [] : causesIn(answer);
  const words = plain((causes.join('; ') || message).replace(/\s+/g, ' ').trim());
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}

/** A string as Go quotes it. */
const QUOTED_VALUE = /^Invalid value: "(?:[^"\\]|\\.)*": /;

function causesIn({ details }: JsonObject): readonly string[] {
  const causes: readonly Json[] = isObject(details) && Array.isArray(details.causes) ? details.causes : [];
  return causes.flatMap((cause) => {
    const [field, message] = [textIn(cause, 'field'), textIn(cause, 'message')];
    if (field === '' || field === '<nil>') return []; // "some validation rules were not checked"
    return field === 'patch' ? message.replace(QUOTED_VALUE, '') : `${field}: ${message}`;
  });
}

function textIn(value: Json | undefined, name: string): string {
  const text = isObject(value) ? value[name] : undefined;
  return typeof text === 'string' ? text : '';
}
