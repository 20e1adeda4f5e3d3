/** `files.*`: the three steps in which a file gets into a thread. */
import { requiredArgument, textArgument } from './arguments.ts';
import type { ChannelFile } from './channel.ts';
import { findThread } from './chat-methods.ts';
import { SNIPPET_BYTES } from './limits.ts';
import { parseBlocks } from './message-content.ts';
import { Refusal } from './refusal.ts';
import { isRecord } from './schema.ts';
import type { Uploads } from './uploads.ts';
import { writeFile } from './wire.ts';
import { type Method, requireChannel } from './workspace.ts';

/** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
export const getUploadUrl: Method = (call, { uploads, origin }) => {
  const filename = requiredArgument(call, 'filename');
  const length = Number(requiredArgument(call, 'length'));
  if (!(length > 0)) throw new Refusal('missing_argument');
  if (textArgument(call, 'snippet_type') !== undefined && length > SNIPPET_BYTES) throw new Refusal('snippet_too_large');
  const { id } = uploads.announce(filename);
  return { file_id: id, upload_url: `${origin}/slack/api/upload/${id}` };
};

/** Without a channel the file stays private. https://docs.slack.dev/reference/methods/files.completeUploadExternal */
export const completeUpload: Method = (call, { uploads, channel, name }) => {
  const files = readFiles(call.files, uploads);
  if (textArgument(call, 'channel_id') !== undefined) {
    requireChannel({ channel: call.channel_id }, name);
    const text = textArgument(call, 'initial_comment') ?? '';
    channel.post({ author: 'app', text, blocks: parseBlocks(call.blocks), files, ...findThread(call, channel) });
  }
  return { files: files.map(writeFile) };
};

function readFiles(value: unknown, uploads: Uploads): readonly ChannelFile[] {
  if (!Array.isArray(value) || value.length === 0) throw new Refusal('invalid_arguments', ['[ERROR] missing required field: files']);
  return value.map((file: unknown) => {
    const upload = isRecord(file) ? uploads.find(String(file.id)) : undefined;
    if (upload?.content === undefined) throw new Refusal('file_not_found');
    const title = isRecord(file) && typeof file.title === 'string' ? file.title : upload.name;
    return { id: upload.id, name: upload.name, title, content: upload.content };
  });
}
