/** The address that comes with each click, for answers: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses. */
import { randomUUID } from 'node:crypto';
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import { accept, notFound } from './answers.ts';
import { type Arguments, flagArgument, readArguments } from './arguments.ts';
import { findThread } from './chat-methods.ts';
import { RESPONSE_URL } from './limits.ts';
import { parseContent } from './message-content.ts';
import { Refusal } from './refusal.ts';
import type { Workspace } from './workspace.ts';

export interface ResponseUrls {
  /** A new id, for answers to a click in this message. */
  issue(ts: string): string;
  /** An answer to a click. Throws `Refusal` for a message that Slack does not take. */
  take(request: Pick<HttpRequest, 'params' | 'headers' | 'body'>): HttpAnswer;
}

interface Issued {
  readonly ts: string;
  readonly at: number;
  uses: number;
}

/** Nobody clicked yet. */
export function createResponseUrls(workspace: Pick<Workspace, 'channel' | 'ephemerals'>, now: () => Date): ResponseUrls {
  const issued = new Map<string, Issued>();
  const whyNot = (url: Issued | undefined) => {
    if (url === undefined || now().getTime() - url.at > RESPONSE_URL.minutes * 60_000) return 'expired_url';
    return url.uses >= RESPONSE_URL.uses ? 'used_url' : undefined;
  };
  return {
    issue: (ts) => {
      const id = randomUUID();
      issued.set(id, { ts, at: now().getTime(), uses: 0 });
      return id;
    },
    take: (request) => {
      const url = issued.get(request.params.id ?? '');
      const refused = whyNot(url);
      if (url === undefined || refused !== undefined) return notFound(refused ?? 'expired_url');
      url.uses += 1;
      respond(readArguments(request), url.ts, workspace);
      return accept({});
    },
  };
}

/** For the person alone, unless the answer is for the channel, or about the message itself. */
function respond(call: Arguments, ts: string, { channel, ephemerals }: Pick<Workspace, 'channel' | 'ephemerals'>): void {
  const original = channel.find(ts);
  if (flagArgument(call, 'delete_original') || flagArgument(call, 'replace_original')) {
    if (original === undefined || original.deleted) throw new Refusal('message_not_found');
    if (flagArgument(call, 'delete_original')) channel.remove(original);
    else channel.edit(original, parseContent(call));
    return;
  }
  const message = { ...parseContent(call), ...findThread(call, channel) };
  if (call.response_type === 'in_channel') channel.post({ author: 'app', ...message });
  else ephemerals.show(message);
}
