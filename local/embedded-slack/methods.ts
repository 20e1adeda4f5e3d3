/** The methods of the Web API that this Slack has, by name. */
import { deleteMessage, postEphemeral, postMessage, updateMessage } from './chat-methods.ts';
import { readHistory, readReplies } from './conversation-methods.ts';
import { completeUpload, getUploadUrl } from './file-methods.ts';
import { APP, type Method } from './workspace.ts';

/** https://docs.slack.dev/reference/methods/auth.test */
const testAuthentication: Method = (_call, { origin }) => ({
  url: `${origin}/`,
  team: 'Local',
  user: 'archwatch',
  team_id: APP.team,
  user_id: APP.user,
  bot_id: APP.bot_id,
});

export const methods: ReadonlyMap<string, Method> = new Map([
  ['auth.test', testAuthentication],
  ['chat.postMessage', postMessage],
  ['chat.postEphemeral', postEphemeral],
  ['chat.update', updateMessage],
  ['chat.delete', deleteMessage],
  ['conversations.history', readHistory],
  ['conversations.replies', readReplies],
  ['files.getUploadURLExternal', getUploadUrl],
  ['files.completeUploadExternal', completeUpload],
]);
