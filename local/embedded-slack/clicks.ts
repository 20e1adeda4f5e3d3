/** A person clicks: Slack tells the app, signed, and shows a warning triangle where that does not answer in time. */
import type { Channel } from './channel.ts';
import { type Click, findClicked } from './clickable.ts';
import type { Faults } from './faults.ts';
import { interactionPayload } from './interaction.ts';
import { INTERACTION_MS } from './limits.ts';
import type { ResponseUrls } from './response-urls.ts';
import { signedHeaders } from './signature.ts';
import type { ChannelName } from './workspace.ts';

/** The app's settings for interactivity. */
export interface ConnectedApp {
  /** Where clicks are sent. */
  readonly interactivityUrl: string;
  readonly signingSecret: string;
  /** Where this Slack is reached, for the addresses that it hands out. */
  readonly slackUrl: string;
  /** How long the app may take, in ms; Slack's own time where it is not said. */
  readonly answerWithinMs?: number;
}

/** What became of a click: it was taken, or the person sees a warning triangle and why, in a sentence. */
export type ClickOutcome = { readonly kind: 'taken' } | { readonly kind: 'warning'; readonly because: string };

export interface ClicksDependencies {
  readonly name: ChannelName;
  readonly channel: Pick<Channel, 'find'>;
  readonly responseUrls: Pick<ResponseUrls, 'issue'>;
  readonly faults: Pick<Faults, 'take'>;
  readonly nextTimestamp: () => string;
  readonly now: () => Date;
}

/** Tells the app of a click. Throws where no person could click that. */
export async function sendClick(
  click: Click,
  app: ConnectedApp | undefined,
  { name, channel, responseUrls, faults, nextTimestamp, now }: ClicksDependencies,
): Promise<ClickOutcome> {
  const posted = channel.find(click.ts);
  const clicked = posted && findClicked(posted.blocks, click);
  if (posted === undefined || clicked === undefined) throw new Error(`no message ${click.ts} has ${click.actionId} to click`);
  if (app === undefined) return warning('This app is not configured to handle interactive responses.');
  if (faults.take('interactivity') === 'down') return warning('Slack cannot be reached.');
  const responseUrl = `${app.slackUrl}/slack/response/${responseUrls.issue(posted.ts)}`;
  const payload = interactionPayload({ channel: name, posted, clicked, at: nextTimestamp(), responseUrl });
  return deliver(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), app, now());
}

async function deliver(
  body: string,
  { interactivityUrl, signingSecret, answerWithinMs = INTERACTION_MS }: ConnectedApp,
  now: Date,
): Promise<ClickOutcome> {
  const headers = {
    'User-Agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    'Content-Type': 'application/x-www-form-urlencoded',
    ...signedHeaders(signingSecret, Math.floor(now.getTime() / 1_000), body),
  };
  const signal = AbortSignal.timeout(answerWithinMs);
  try {
    const answer = await fetch(interactivityUrl, { method: 'POST', headers, body, signal, redirect: 'manual' });
    await answer.body?.cancel();
    return answer.status === 200 ? { kind: 'taken' } : warning(`This app responded with status code ${answer.status}.`);
  } catch {
    return warning(signal.aborted ? `This app did not respond within ${answerWithinMs / 1_000} s.` : 'This app cannot be reached.');
  }
}

function warning(because: string): ClickOutcome {
  return { kind: 'warning', because };
}
