/** The narrow panel: the steps of the story as buttons, what the cluster looks like now, and what is on record. */
import { type Html, html } from './html.ts';
import type { Story, StoryState, StoryStep } from './story.ts';

/** All parts. The last step that is done keeps its hint: what it says is to be seen now; the one after it is the one to play. */
export function renderStory(story: Pick<Story, 'steps' | 'state' | 'record'>): Html {
  const steps = story.steps();
  const last = steps.findLast(({ done }) => done);
  const next = steps[last ? steps.indexOf(last) + 1 : 0] ?? steps.find(({ done }) => !done);
  const kindOf = (step: StoryStep) => (step === last ? 'done last' : step.done ? 'done' : step === next ? 'next' : 'later');
  const chapters = [...Map.groupBy(steps.entries(), ([, { chapter }]) => chapter)];
  return html`<div class="chapters">${chapters.map(
    ([chapter, numbered]) => html`<h3>${chapter}</h3>
<ol class="steps">${numbered.map(([index, step]) => renderStep(step, index, kindOf(step)))}</ol>`,
  )}</div>
<div class="facts">${renderFacts('state', 'Cluster now', story.state())}${renderFacts('record', 'On record', story.record())}</div>`;
}

function renderStep({ id, label, hint, done }: StoryStep, index: number, kind: string): Html {
  const mark = done ? '✓' : String(index + 1);
  return html`<li class="${kind}"><button type="button" data-step="${id}"><span class="mark" aria-hidden="true">${mark}</span>
<span class="label">${label}</span><span class="hint">${hint}</span></button></li>`;
}

function renderFacts(name: string, title: string, facts: readonly StoryState[]): Html {
  const lines = facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return html`<section class="${name}" aria-labelledby="${name}-title"><h2 id="${name}-title">${title}</h2><dl>${lines}</dl></section>`;
}
