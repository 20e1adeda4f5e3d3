/** What Slack sends for a click. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
import { isObject, type Json, listAt, MalformedError, stringAt } from '../../shared/golden-images/json.ts';
import { BadRequestError } from '../../shared/http/route.ts';
import { plainStart } from '../../shared/plain.ts';
import { ACTIONS, type SILENCE_HOURS, type SilenceChoice } from '../../shared/slack/actions.ts';

/** A click on something of ours. Nothing in it is believed but who clicked, on what, in which message. */
export interface Click {
  readonly action: ClickedAction;
  readonly user: { readonly id: string; readonly name: string };
  readonly channel: string;
  /** The message's. */
  readonly ts: string;
  readonly responseUrl: string | undefined;
  /** The workspace's, for a link to the message. */
  readonly workspace: string | undefined;
  /** What the message says of itself, if Slack sends that: only for words, never to find anything. */
  readonly says: { readonly key: string | undefined; readonly episode: string | undefined };
}

export type ClickedAction =
  | { readonly kind: 'check-again' }
  | { readonly kind: 'acknowledge' }
  /** Without a choice where the menu is not of this release. */
  | { readonly kind: 'silence'; readonly choice: SilenceChoice | undefined };

/** `what` was clicked or sent that is none of ours. */
export type Interaction = { readonly kind: 'click'; readonly click: Click } | { readonly kind: 'other'; readonly what: string };

/** Reads the body of a request. Throws `BadRequestError` where it is no interaction. */
export function parseInteraction(body: Buffer): Interaction {
  const text = new URLSearchParams(body.toString('utf8')).get('payload');
  if (text === null) throw new BadRequestError('the form has no field payload');
  try {
    return readInteraction(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw new BadRequestError('payload is not JSON');
    if (error instanceof MalformedError) throw new BadRequestError(`payload: ${error.message}`);
    throw error;
  }
}

function readInteraction(payload: unknown): Interaction {
  const type = required(payload, 'type');
  if (type !== 'block_actions') return { kind: 'other', what: shown(type) };
  const actions = listAt(payload, 'actions') ?? [];
  const action = actions.map(readAction).find((found) => found !== undefined);
  const id = { channel: stringAt(payload, 'channel', 'id') ?? stringAt(payload, 'container', 'channel_id'), ts: tsOf(payload) };
  const { channel, ts } = id;
  if (action === undefined) return { kind: 'other', what: idsOf(actions) };
  if (channel === undefined || ts === undefined) return { kind: 'other', what: `${action.kind}, outside of a message` };
  return { kind: 'click', click: { action, user: readUser(payload), channel: shown(channel), ts: shown(ts), ...aboutMessage(payload) } };
}

function readAction(action: Json): ClickedAction | undefined {
  switch (stringAt(action, 'action_id')) {
    case ACTIONS.checkAgain:
      return { kind: 'check-again' };
    case ACTIONS.acknowledge:
      return { kind: 'acknowledge' };
    case ACTIONS.silence:
      return { kind: 'silence', choice: readChoice(stringAt(action, 'selected_option', 'value')) };
    default:
      return undefined;
  }
}

function readChoice(value: string | undefined): SilenceChoice | undefined {
  return CHOICES.find((choice) => choice === value);
}

const CHOICES: readonly SilenceChoice[] = ['1h', '4h', '1d', '7d'] satisfies (keyof typeof SILENCE_HOURS)[];

/** Of the message that was clicked in; `message` is the same and may be missing. */
function tsOf(payload: unknown): string | undefined {
  return stringAt(payload, 'container', 'message_ts') ?? stringAt(payload, 'message', 'ts');
}

const MAX_NAME = 80;

/** The id goes into the record and into the message: only what looks like one. */
function readUser(payload: unknown): Click['user'] {
  const id = required(payload, 'user', 'id');
  if (!/^[A-Z0-9]{1,32}$/.test(id)) throw new MalformedError('user.id is not the id of a person');
  const name = stringAt(payload, 'user', 'username') ?? stringAt(payload, 'user', 'name') ?? id;
  return { id, name: plainStart(name, MAX_NAME) };
}

function aboutMessage(payload: unknown): Pick<Click, 'responseUrl' | 'workspace' | 'says'> {
  const domain = stringAt(payload, 'team', 'domain');
  const metadata = isObject(payload) && isObject(payload.message) ? payload.message.metadata : undefined;
  const isOurs = isObject(metadata) && metadata.event_type === 'archwatch_incident';
  const said = isOurs ? metadata.event_payload : undefined;
  return {
    responseUrl: stringAt(payload, 'response_url'),
    workspace: domain !== undefined && /^[a-z0-9][-a-z0-9]{0,62}$/.test(domain) ? domain : undefined,
    says: { key: stringAt(said, 'key'), episode: stringAt(said, 'episode') },
  };
}

function required(payload: unknown, ...path: readonly string[]): string {
  const text = stringAt(payload, ...path);
  if (text !== undefined && text !== '') return text;
  throw new MalformedError(`${path.join('.')} is missing`);
}

/** For the log: Slack's own clicks have one action each, and shorter ids. */
const MAX_LISTED = 5;
const MAX_SHOWN = 80;

function idsOf(actions: readonly Json[]): string {
  const ids = actions.slice(0, MAX_LISTED).map((one) => shown(stringAt(one, 'action_id') ?? ''));
  return ids.join(', ');
}

function shown(text: string): string {
  return plainStart(text, MAX_SHOWN);
}
