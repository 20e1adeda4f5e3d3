/** The page around the channel. It has no script and no style of its own in it: both are files. */
import type { ChannelMessage } from '../embedded-slack/channel.ts';
import type { Ephemeral } from '../embedded-slack/ephemerals.ts';
import type { ChannelName } from '../embedded-slack/workspace.ts';
import { type Html, html } from './html.ts';
import { renderMessages } from './message-list.ts';
import { YOU } from './people.ts';
import type { Story } from './story.ts';
import { renderStory } from './story-panel.ts';
import type { View } from './view.ts';

/** The style sheets; later ones win. */
export const STYLES = ['page.css', 'messages.css', 'blocks.css', 'emoji.css', 'clicks.css', 'story.css'] as const;

/** All that the page shows. */
export interface PageContent {
  readonly title: string;
  readonly channel: ChannelName;
  readonly messages: readonly ChannelMessage[];
  /** What only the person who looks can see. */
  readonly ephemerals: readonly Ephemeral[];
  readonly story: Pick<Story, 'steps' | 'state' | 'record'>;
}

/** The parts that change: the page's script puts them in the place of the old ones. */
export function renderLive({ story, ...shown }: Pick<PageContent, 'messages' | 'ephemerals' | 'story'>, view: View): Html {
  return html`${renderMessageList(shown, view)}${renderStoryPanel(story)}`;
}

/** The whole document. */
export function renderPage({ title, channel, story, ...shown }: PageContent, view: View): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>#${channel.name} · ${title}</title>
<link rel="icon" href="/channel/icon.svg">
${STYLES.map((file) => html`<link rel="stylesheet" href="/channel/${file}">`)}
<script src="/channel/page.js" type="module"></script>
</head>
<body>
${renderSidebar(title, channel)}
<main>
<header class="channel-head"><h1><span class="hash">#</span>${channel.name}</h1><p>On-call alerts, checked against the cluster by archwatch</p></header>
${renderMessageList(shown, view)}
<p id="connection" role="status" hidden>The server does not answer; trying again …</p>
</main>
<aside aria-label="Story">
<h2>Play the story</h2>
<p id="story-error" role="alert" hidden></p>
${renderStoryPanel(story)}
</aside>
${QUESTION}
</body>
</html>
`;
}

type Shown = Pick<PageContent, 'messages' | 'ephemerals'>;

function renderMessageList({ messages, ephemerals }: Shown, view: View): Html {
  return html`<div id="messages" role="log" aria-label="Messages" tabindex="0">${renderMessages(messages, ephemerals, view)}</div>`;
}

/** The page's script fills it with what a button asks first. */
const QUESTION = html`<dialog id="question" aria-labelledby="question-title" aria-describedby="question-text">
<h2 id="question-title"></h2><p id="question-text"></p>
<div class="answers"><button type="button" class="button" data-answer="no"></button>
<button type="button" class="button primary" data-answer="yes"></button></div>
</dialog>`;

function renderStoryPanel(story: PageContent['story']): Html {
  return html`<div id="story">${renderStory(story)}</div>`;
}

function renderSidebar(title: string, channel: ChannelName): Html {
  return html`<nav class="sidebar" aria-label="Workspace">
<p class="workspace">${title}</p>
<h2>Channels</h2><ul><li class="here"><span class="hash">#</span>${channel.name}</li></ul>
<h2>Apps</h2><ul><li><img src="/channel/icon.svg" alt="" width="20" height="20"> archwatch</li></ul>
<h2>You</h2><ul><li><span class="avatar letter" aria-hidden="true">${YOU.charAt(0)}</span> ${YOU}</li></ul>
<p class="about">A local stand-in for Slack. What you see was posted over HTTP with Slack’s own client and drawn from its Block Kit.</p>
</nav>`;
}
