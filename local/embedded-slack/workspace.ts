/** What the methods work on: one workspace with one channel and one app in it. */
import type { Arguments } from './arguments.ts';
import { textArgument } from './arguments.ts';
import type { Channel } from './channel.ts';
import type { Ephemerals } from './ephemerals.ts';
import { Refusal } from './refusal.ts';
import type { Uploads } from './uploads.ts';

/** The channel's id and name, without the `#`. */
export interface ChannelName {
  readonly id: string;
  readonly name: string;
}

export interface Workspace {
  readonly name: ChannelName;
  readonly channel: Channel;
  readonly ephemerals: Ephemerals;
  readonly uploads: Uploads;
  /** Where this server was reached, for the addresses that it hands out. */
  readonly origin: string;
}

/** One method of the Web API: arguments in, the fields of a good answer out, or a `Refusal`. */
export type Method = (call: Arguments, workspace: Workspace) => Readonly<Record<string, unknown>>;

/** Who posts: a bot user, as Slack describes one. */
export const APP = { user: 'U0ARCHWATCH', bot_id: 'B0ARCHWATCH', app_id: 'A0ARCHWATCH', team: 'T0LOCAL' } as const;
/** Somebody in the channel who is not the app. */
export const PERSON = { user: 'U0PERSON', team: APP.team } as const;
export const PERSON_NAME = 'Robin';

/** Refuses a call to any other channel. Only a post may name it; everything else wants its id. */
export function requireChannel(call: Arguments, { id, name }: ChannelName, { byName = false } = {}): void {
  const asked = textArgument(call, 'channel');
  const known = byName ? [id, name, `#${name}`] : [id];
  if (asked === undefined || !known.includes(asked)) throw new Refusal('channel_not_found');
}
