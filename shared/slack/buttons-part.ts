/** What a person can do from the message: look again, say that somebody takes care of it, keep Alertmanager quiet. */
import type { ActionsBlock, Button, ConfirmationDialog, PlainTextElement, PlainTextOption, StaticSelect } from '@slack/web-api';
import type { AlertName } from '../golden-images/conditions.ts';
import type { Episode, Incident } from '../incidents/incident.ts';
import { ACTIONS, SILENCE_HOURS, type SilenceChoice, type SlackButton } from './actions.ts';

type Element = Button | StaticSelect;

/** In the order in which they stand; undefined where there is nothing to be done with it now. */
const ELEMENTS: readonly (readonly [SlackButton, (alert: AlertName, episode: Episode) => Element | undefined])[] = [
  ['check-again', checkAgain],
  ['acknowledge', (alert, { acknowledged }) => (acknowledged ? undefined : acknowledge(alert))],
  ['silence', silence],
];

/** Undefined where none is wanted, or nothing is open. A click says only which message it was in: nothing that these carry is believed. */
export function buttonsPart({ alert }: Incident, episode: Episode, wanted: readonly SlackButton[]): ActionsBlock | undefined {
  if (episode.overAt !== undefined) return undefined;
  const elements = ELEMENTS.flatMap(([button, render]) => (wanted.includes(button) ? (render(alert, episode) ?? []) : []));
  return elements.length > 0 ? { type: 'actions', elements } : undefined;
}

/** Nothing helps more while nobody knows what is true. */
function checkAgain(alert: AlertName, { failure }: Episode): Button {
  return {
    ...button(ACTIONS.checkAgain, 'Check again', `Check the cluster again for ${alert}`),
    ...(failure ? { style: 'primary' as const } : {}),
  };
}

function acknowledge(alert: AlertName): Button {
  return button(ACTIONS.acknowledge, 'Acknowledge', `Acknowledge ${alert}`);
}

/** `label` is for screen readers: a channel has many messages with the same buttons. */
function button(action_id: string, label: string, accessibility_label: string): Button {
  return { type: 'button', action_id, text: plain(label), accessibility_label };
}

function silence(alert: AlertName): StaticSelect {
  return {
    type: 'static_select',
    action_id: ACTIONS.silence,
    placeholder: plain('Silence'),
    options: CHOICES.map(option),
    confirm: confirmation(alert),
  };
}

const CHOICES: readonly SilenceChoice[] = ['1h', '4h', '1d', '7d'];

function option(value: SilenceChoice): PlainTextOption {
  return { text: plain(`for ${duration(SILENCE_HOURS[value])}`), value };
}

function duration(hours: number): string {
  const [number, unit] = hours < 24 ? [hours, 'hour'] : [hours / 24, 'day'];
  return `${number} ${unit}${number === 1 ? '' : 's'}`;
}

function confirmation(alert: AlertName): ConfirmationDialog {
  return {
    title: plain('Silence this alert?'),
    text: plain(
      `For that time Alertmanager notifies nobody of ${alert}, here or elsewhere; on all its clusters, if the alert does not name this one. ` +
        'archwatch goes on watching: this message changes when the cluster does.',
    ),
    confirm: plain('Silence it'),
    deny: plain('Cancel'),
  };
}

function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text };
}
