/** The page at `/`: the channel as a person sees it, live, and the story that can be played in it. */
import { readFile } from 'node:fs/promises';
import { BadRequestError, type HttpAnswer, NO_CONTENT, type Route } from '../../shared/http/route.ts';
import type { EmbeddedSlack } from '../embedded-slack/embedded-slack.ts';
import { parseClick } from './click.ts';
import { createEvents } from './events.ts';
import { renderLive, renderPage, STYLES } from './page.ts';
import type { Story } from './story.ts';
import { viewFrom } from './view.ts';

/** What is shown, and what can be played. */
export interface ChannelPageOptions {
  readonly slack: Pick<EmbeddedSlack, 'messages' | 'ephemerals' | 'channel' | 'subscribe' | 'click' | 'dismiss'>;
  readonly story: Story;
  /** The name of the workspace. */
  readonly title: string;
  readonly now?: () => Date;
}

/** Nothing runs and nothing is loaded but the page's own files. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const FILES = [
  ...STYLES.map((file) => ({ file, type: 'text/css' })),
  ...['page.js', 'clicks.js'].map((file) => ({ file, type: 'text/javascript' })),
  { file: 'icon.svg', type: 'image/svg+xml' },
];

/** The routes of the page, its files, its events and its story. */
export function createChannelPage({ slack, story, title, now = () => new Date() }: ChannelPageOptions): readonly Route[] {
  const content = () => ({ title, channel: slack.channel, messages: slack.messages(), ephemerals: slack.ephemerals(), story });
  const subscribe = (listener: () => void) => {
    const leave = [slack.subscribe(listener), story.subscribe(listener)];
    return () => leave.forEach((one) => void one());
  };
  return [
    { method: 'get', path: '/', handle: async () => answer('text/html', renderPage(content(), viewFrom(now())).html) },
    { method: 'get', path: '/channel', handle: async () => answer('text/html', renderLive(content(), viewFrom(now())).html) },
    { method: 'get', path: '/channel/events', handle: async () => answer('text/event-stream', createEvents(subscribe)) },
    { method: 'post', path: '/story/:id', handle: ({ params }) => play(story, params.id ?? '') },
    { method: 'post', path: '/channel/click', handle: ({ body }) => click(slack, body) },
    { method: 'post', path: '/channel/dismiss/:ts', handle: async ({ params }) => dismiss(slack, params.ts ?? '') },
    ...FILES.map(fileRoute),
  ];
}

/** A step that fails is told to the person who played it, in its own words. */
async function play(story: Story, id: string): Promise<HttpAnswer> {
  if (!story.steps().some((step) => step.id === id)) throw new BadRequestError(`the story has no step "${id}"`);
  return told(() => story.play(id));
}

/** As Slack does: where the app does not take it in time, the person who clicked is warned. */
async function click(slack: ChannelPageOptions['slack'], body: Buffer): Promise<HttpAnswer> {
  const clicked = parseClick(body);
  return told(async () => {
    const outcome = await slack.click(clicked);
    if (outcome.kind === 'warning') throw new Error(outcome.because);
  });
}

function dismiss(slack: ChannelPageOptions['slack'], ts: string): HttpAnswer {
  slack.dismiss(ts);
  return NO_CONTENT;
}

async function told(work: () => Promise<void>): Promise<HttpAnswer> {
  try {
    await work();
    return NO_CONTENT;
  } catch (error) {
    return { ...answer('text/plain', error instanceof Error ? error.message : String(error)), status: 500 };
  }
}

function fileRoute({ file, type }: (typeof FILES)[number]): Route {
  return {
    method: 'get',
    path: `/channel/${file}`,
    handle: async () => answer(type, await readFile(new URL(file, import.meta.url), 'utf8')),
  };
}

function answer(type: string, body: string | AsyncIterable<string>): HttpAnswer {
  return { status: 200, headers: { ...SECURITY, 'content-type': `${type}; charset=utf-8` }, body };
}
