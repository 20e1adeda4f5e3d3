/** A Slack for tests and for the demo: the part of the Web API that a bot with one channel needs, with Slack's refusals and troubles. */
import type { Route } from '../../shared/http.ts';
import { type Channel, type ChannelMessage, createChannel } from './channel.ts';
import { createFaults, type Fault, type FaultScope } from './faults.ts';
import { createListeners } from './listeners.ts';
import { createRateLimit } from './rate-limits.ts';
import { createUploads } from './uploads.ts';
import { createWebApi, type SlackCall } from './web-api.ts';
import type { ChannelName } from './workspace.ts';

/** What it is called, who may talk to it, and what time it is. */
export interface EmbeddedSlackOptions {
  readonly token: string;
  readonly channel: ChannelName;
  readonly now: () => Date;
}

/** The Web API as routes below `/slack/api/`, and the channel as a person sees it. */
export interface EmbeddedSlack {
  readonly routes: readonly Route[];
  readonly channel: ChannelName;
  /** Messages with their threads, oldest first. A broadcast reply is in its thread only. */
  messages(): readonly ChannelMessage[];
  /** All calls that arrived, whatever became of them; without the token. */
  calls(): readonly SlackCall[];
  /** Switches trouble on or, with `undefined`, off. */
  setFault(fault: Fault | undefined, scope?: FaultScope): void;
  /** A person deletes a message. Says whether it was there. */
  deleteMessage(ts: string): boolean;
  /** A person writes into the channel. Returns the `ts`. */
  postAsPerson(text: string): string;
  /** Calls back after each change of the channel, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/** Opens an empty channel. */
export function createEmbeddedSlack({ token, channel: name, now }: EmbeddedSlackOptions): EmbeddedSlack {
  const listeners = createListeners();
  const channel = createChannel({ now, changed: listeners.call });
  const faults = createFaults();
  const calls: SlackCall[] = [];
  const workspace = { name, channel, uploads: createUploads() };
  const heard = (call: SlackCall) => void calls.push(call);
  return {
    routes: createWebApi({ token, workspace, faults, rateLimit: createRateLimit(now), heard }),
    channel: name,
    messages: () => messagesOf(channel),
    calls: () => calls,
    setFault: faults.set,
    deleteMessage: (ts) => deleteFrom(channel, ts),
    postAsPerson: (text) => channel.post({ author: 'person', text, blocks: [] }).ts,
    subscribe: listeners.add,
  };
}

function messagesOf(channel: Channel): readonly ChannelMessage[] {
  const parents = channel.all().filter(({ threadTs }) => threadTs === undefined);
  return parents.map((message) => ({ ...message, replies: channel.repliesTo(message.ts) }));
}

function deleteFrom(channel: Channel, ts: string): boolean {
  const posted = channel.find(ts);
  if (posted === undefined || posted.deleted) return false;
  channel.remove(posted);
  return true;
}
