// Keeps the page as the channel is, without losing what the reader does: where they are, what they opened, what they selected.

import { keepFocus, markSending } from './clicks.js';

const list = document.getElementById('messages');
const story = document.getElementById('story');
const storyError = document.getElementById('story-error');
const connection = document.getElementById('connection');

/** What the server sent for each article: one that did not change is left alone. */
const sent = new WeakMap();
const playing = new Set();

for (const item of list.children) sent.set(item, item.outerHTML);
showNewest();
showNextStep();
connect();
document.addEventListener('click', ({ target }) => {
  const button = target.closest('button[data-step]');
  if (button) play(button.dataset.step);
});

function connect() {
  const events = new EventSource('/channel/events');
  events.addEventListener('open', () => {
    connection.hidden = true;
  });
  // Each connection begins with this event, so what happened in between is not missed.
  events.addEventListener('changed', refresh);
  events.addEventListener('error', () => {
    connection.hidden = false;
    // The browser tries again by itself, unless the server answered with an error.
    if (events.readyState === EventSource.CLOSED) setTimeout(connect, 1000);
  });
}

let refreshing = false;
let again = false;

/** One request at a time; changes in the meantime are one more. */
async function refresh() {
  again = refreshing;
  if (refreshing) return;
  refreshing = true;
  try {
    const answer = await fetch('/channel');
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
  } catch {
    connection.hidden = false;
  } finally {
    refreshing = false;
    if (again) refresh();
  }
}

function show(next) {
  const follow = isAtEnd();
  const known = ephemerals();
  const backToFocus = keepFocus();
  const grew = showMessages([...next.getElementById('messages').children]);
  markSending();
  backToFocus();
  showStory(next.getElementById('story'));
  const answer = ephemerals().findLast((key) => !known.includes(key));
  if (answer !== undefined) document.getElementById(answer).scrollIntoView({ block: 'nearest' });
  else if (follow && grew) showNewest();
}

/** The answers to this person's clicks. */
function ephemerals() {
  return [...list.querySelectorAll('.ephemeral')].map(({ id }) => id);
}

/** Says whether there are new ones. */
function showMessages(items) {
  const old = new Map([...list.children].map((item) => [item.dataset.key, item]));
  let grew = false;
  const shown = items.map((item) => {
    const html = item.outerHTML;
    const before = old.get(item.dataset.key);
    if (before && sent.get(before) === html) return before;
    const after = document.adoptNode(item);
    sent.set(after, html);
    if (before) keepOpen(before, after);
    else grew = true;
    markChanged(after);
    return after;
  });
  const top = list.scrollTop;
  if (shown.length !== list.children.length || shown.some((item, index) => item !== list.children[index])) list.replaceChildren(...shown);
  list.scrollTop = top;
  return grew;
}

function keepOpen(before, after) {
  const was = new Map(keyed(before));
  for (const [key, details] of keyed(after)) {
    const old = was.get(key);
    if (old) details.open = old.open;
  }
}

/** Threads and files are known by their key, folded blocks by their place. */
function keyed(item) {
  let place = 0;
  return [...item.querySelectorAll('details')].map((details) => [details.dataset.key ?? `place-${place++}`, details]);
}

function markChanged(item) {
  item.classList.add('changed');
  item.addEventListener('animationend', () => item.classList.remove('changed'), { once: true });
}

function isAtEnd() {
  return list.scrollTop + list.clientHeight > list.scrollHeight - 80 || list.querySelector('.empty') !== null;
}

/** A message that is taller than the screen is shown from its beginning. */
function showNewest() {
  const newest = list.lastElementChild;
  if (newest) list.scrollTop = Math.min(list.scrollHeight, newest.offsetTop - list.offsetTop - 12);
}

function showStory(next) {
  if (next.innerHTML === story.dataset.sent) return;
  const focused = document.activeElement?.dataset?.step;
  story.dataset.sent = next.innerHTML;
  const before = scrolled();
  const nextStep = story.querySelector('.next button')?.dataset.step;
  story.replaceChildren(...document.adoptNode(next).childNodes);
  for (const [selector, left, top] of before) story.querySelector(selector)?.scrollTo(left, top);
  markPlaying();
  if (story.querySelector('.next button')?.dataset.step !== nextStep) showNextStep();
  if (focused) story.querySelector(`[data-step="${CSS.escape(focused)}"]`)?.focus();
}

/** Where the reader has scrolled to within the panel. */
function scrolled() {
  return ['.chapters', '.facts'].map((selector) => {
    const { scrollLeft = 0, scrollTop = 0 } = story.querySelector(selector) ?? {};
    return [selector, scrollLeft, scrollTop];
  });
}

/** Shows it with the one before it, whose hint says what is to be seen. On a narrow screen the steps are a strip that scrolls sideways. */
function showNextStep() {
  const chapters = story.querySelector('.chapters');
  const next = chapters?.querySelector('.next');
  if (!next) return;
  const shown = chapters.scrollWidth > chapters.clientWidth ? next : (chapters.querySelector('.last') ?? next);
  chapters.scrollTo(next.offsetLeft - chapters.offsetLeft - 14, shown.offsetTop - chapters.offsetTop - 40);
}

async function play(step) {
  if (playing.has(step)) return;
  playing.add(step);
  markPlaying();
  storyError.hidden = true;
  try {
    const answer = await fetch(`/story/${encodeURIComponent(step)}`, { method: 'POST' });
    if (!answer.ok) showError(await answer.text());
  } catch {
    showError('The server does not answer. Is it still running?');
  } finally {
    playing.delete(step);
    markPlaying();
  }
}

function markPlaying() {
  for (const button of story.querySelectorAll('button[data-step]')) {
    button.setAttribute('aria-busy', String(playing.has(button.dataset.step)));
  }
}

function showError(text) {
  storyError.textContent = text;
  storyError.hidden = false;
}
