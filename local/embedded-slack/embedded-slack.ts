/** A Slack for tests and for the demo: the part of the Web API that a bot with one channel needs, with Slack's refusals and troubles. */
import type { Route } from '../../shared/http/route.ts';
import { type Channel, type ChannelMessage, createChannel } from './channel.ts';
import type { Click } from './clickable.ts';
import { type ClickOutcome, type ConnectedApp, sendClick } from './clicks.ts';
import { createEphemerals, type Ephemeral } from './ephemerals.ts';
import { createFaults, type Fault, type FaultScope } from './faults.ts';
import { createListeners } from './listeners.ts';
import { createRateLimit } from './rate-limits.ts';
import { createResponseUrls } from './response-urls.ts';
import { createTimestamps } from './timestamps.ts';
import { createUploads } from './uploads.ts';
import { createWebApi, type SlackCall } from './web-api.ts';
import type { ChannelName } from './workspace.ts';

/** What it is called, who may talk to it, and what time it is. */
export interface EmbeddedSlackOptions {
  readonly token: string;
  readonly channel: ChannelName;
  readonly now: () => Date;
}

/** Its HTTP side as routes below `/slack/`, and the channel as a person sees it. */
export interface EmbeddedSlack {
  readonly routes: readonly Route[];
  readonly channel: ChannelName;
  /** Messages with their threads, oldest first. A broadcast reply is in its thread only. */
  messages(): readonly ChannelMessage[];
  /** What the one person sees beside that, oldest first. */
  ephemerals(): readonly Ephemeral[];
  /** All calls that arrived, whatever became of them; without the token. */
  calls(): readonly SlackCall[];
  /** Switches trouble on or, with `undefined`, off. */
  setFault(fault: Fault | undefined, scope?: FaultScope): void;
  /** A person deletes a message. Says whether it was there. */
  deleteMessage(ts: string): boolean;
  /** A person writes into the channel. Returns the `ts`. */
  postAsPerson(text: string): string;
  /** Where clicks go; until then nobody listens to them. */
  connectApp(app: ConnectedApp): void;
  /** A person clicks a button, or chooses from a menu; a question was answered with yes. Rejects where there is nothing to click. */
  click(click: Click): Promise<ClickOutcome>;
  /** A person puts a message away that they alone see. Says whether it was there. */
  dismiss(ts: string): boolean;
  /** Calls back after each change of the channel, until the returned function is called. */
  subscribe(listener: () => void): () => void;
}

/** Opens an empty channel. */
export function createEmbeddedSlack({ token, channel: name, now }: EmbeddedSlackOptions): EmbeddedSlack {
  const listeners = createListeners();
  const nextTimestamp = createTimestamps(now);
  const options = { nextTimestamp, changed: listeners.call };
  const channel = createChannel(options);
  const ephemerals = createEphemerals(options);
  const faults = createFaults();
  const calls: SlackCall[] = [];
  const workspace = { name, channel, ephemerals, uploads: createUploads() };
  const responseUrls = createResponseUrls(workspace, now);
  let app: ConnectedApp | undefined;
  const heard = (call: SlackCall) => void calls.push(call);
  return {
    routes: createWebApi({ token, workspace, faults, rateLimit: createRateLimit(now), responseUrls, heard }),
    channel: name,
    messages: () => messagesOf(channel),
    ephemerals: ephemerals.all,
    calls: () => calls,
    setFault: faults.set,
    deleteMessage: (ts) => deleteFrom(channel, ts),
    postAsPerson: (text) => channel.post({ author: 'person', text, blocks: [] }).ts,
    connectApp: (connected) => {
      app = connected;
    },
    click: (click) => sendClick(click, app, { ...workspace, responseUrls, faults, nextTimestamp, now }),
    dismiss: ephemerals.dismiss,
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
