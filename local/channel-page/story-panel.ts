/** The narrow panel: the steps of the story as buttons, and what the cluster looks like now. */
import { type Html, html } from './html.ts';
import type { Story, StoryStep } from './story.ts';

/** Both parts; the first step that was not played is the one to play. */
export function renderStory(story: Pick<Story, 'steps' | 'state'>): Html {
  const steps = story.steps();
  const next = steps.find(({ done }) => !done);
  const state = story.state().map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return html`<ol class="steps">${steps.map((step, index) => renderStep(step, index, step === next))}</ol>
<section class="state" aria-labelledby="state-title"><h2 id="state-title">Cluster now</h2><dl>${state}</dl></section>`;
}

function renderStep({ id, label, hint, done }: StoryStep, index: number, next: boolean): Html {
  const kind = done ? 'done' : next ? 'next' : 'later';
  const mark = done ? '✓' : String(index + 1);
  return html`<li class="${kind}"><button type="button" data-step="${id}"><span class="mark" aria-hidden="true">${mark}</span>
<span class="label">${label}</span><span class="hint">${hint}</span></button></li>`;
}
