/** The `block_actions` payload of a click: https://docs.slack.dev/reference/interaction-payloads/block_actions-payload. */
import type { Posted } from './channel.ts';
import { type Clicked, withIds } from './clickable.ts';
import { writeMessage } from './wire.ts';
import { APP, type ChannelName, PERSON, PERSON_NAME } from './workspace.ts';

export interface Interaction {
  readonly channel: ChannelName;
  readonly posted: Posted;
  readonly clicked: Clicked;
  /** A `ts` of its own. */
  readonly at: string;
  readonly responseUrl: string;
}

export function interactionPayload({ channel, posted, clicked, at, responseUrl }: Interaction): object {
  const { ts, threadTs } = posted;
  const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
  const message = { ...posted, blocks: withIds(posted.blocks) };
  return {
    type: 'block_actions',
    user: { id: PERSON.user, username: PERSON_NAME.toLowerCase(), name: PERSON_NAME.toLowerCase(), team_id: PERSON.team },
    api_app_id: APP.app_id,
    token: 'not-used-since-signatures',
    container: { type: 'message', message_ts: ts, channel_id: channel.id, is_ephemeral: false, ...thread },
    trigger_id: `${at}.${APP.team}`,
    team: { id: APP.team, domain: 'local' },
    enterprise: null,
    is_enterprise_install: false,
    channel,
    message: writeMessage(message, { metadata: false, replies: [] }),
    state: { values: stateOf(clicked) },
    response_url: responseUrl,
    actions: [actionOf(clicked, at)],
  };
}

function actionOf({ blockId, element, option }: Clicked, at: string): object {
  const { type, action_id } = element;
  const named = { action_id, block_id: blockId, type, action_ts: at };
  if (element.type === 'static_select') return { ...named, placeholder: element.placeholder, selected_option: option };
  return { ...named, text: element.text, ...(element.value === undefined ? {} : { value: element.value }) };
}

/** What the menus of the message show now: https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload. */
function stateOf({ blockId, element, option }: Clicked): object {
  if (element.type !== 'static_select') return {};
  return { [blockId]: { [element.action_id ?? '']: { type: element.type, selected_option: option } } };
}
