/** The function that takes clicks, beside the one that takes deliveries: another process with the same record, channel and cluster. */
import { createActionsHandler } from '../../functions/slack-actions/handler.ts';
import type { ClickOutcome } from '../../local/embedded-slack/clicks.ts';
import { createMakeSilence } from '../../shared/alertmanager/silences.ts';
import { listen } from '../../shared/http/listen.ts';
import type { IncidentStore } from '../../shared/incidents/store/store.ts';
import { createCluster } from '../../shared/kubernetes/cluster.ts';
import { createLookAgain } from '../../shared/look-again/look-again.ts';
import { ACTIONS, BUTTONS, type SilenceChoice } from '../../shared/slack/actions.ts';
import { createChat } from '../../shared/slack/chat.ts';
import { createSignatureCheck, sign } from '../../shared/slack/request-signature.ts';
import { createWhisper } from '../../shared/slack/whisper.ts';
import { CHANNEL, TOKEN } from './embedded-slack.ts';
import { type Line, recordingLog } from './log.ts';
import { CLUSTER_NAME, connectTo, type RunningWebhook } from './webhook.ts';

export const SIGNING_SECRET = 'for-tests-of-signatures';

export interface ActionsOptions {
  /** `ALERTMANAGER_URL`. */
  readonly alertmanagerUrl?: string;
  /** The record, where it is not the one of the webhook. */
  readonly incidents?: IncidentStore;
}

export interface RunningActions {
  readonly url: string;
  readonly lines: readonly Line[];
  /** What those who clicked were told, the last one last. */
  readonly told: () => readonly string[];
  /** A person clicks in the only message, and everything behind the answer is finished. */
  readonly click: (action: keyof typeof ACTIONS, option?: SilenceChoice) => Promise<ClickOutcome>;
  /** Sends a payload as Slack would, from anybody about anything. */
  readonly send: (
    payload: object,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number; readonly text: string }>;
  readonly finished: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startActions(webhook: RunningWebhook, { alertmanagerUrl, incidents }: ActionsOptions = {}): Promise<RunningActions> {
  const { slack, slackApiUrl: apiUrl, now } = webhook;
  const log = recordingLog();
  const token = async () => TOKEN;
  const looking = createLookAgain({
    cluster: createCluster({ connect: await connectTo(webhook.kubernetesUrl), hyperConverged: undefined, now, log }),
    incidents: incidents ?? webhook.incidents,
    chat: createChat({ token, channel: CHANNEL.id, apiUrl, now }),
    settings: { consoleUrl: undefined, buttons: BUTTONS },
    clusterName: CLUSTER_NAME,
    kubectl: 'kubectl',
    flapWindowMs: 60 * 60_000,
    log,
    now,
  });
  const whisper = createWhisper({ token, apiUrl, now, log });
  const told: string[] = [];
  const { route, finished } = createActionsHandler({
    check: createSignatureCheck({ secret: async () => SIGNING_SECRET, now }),
    whisper: async (to, message) => {
      told.push(message.text);
      await whisper(to, message);
    },
    makeSilence:
      alertmanagerUrl === undefined ? undefined : createMakeSilence({ url: alertmanagerUrl, token: undefined, caFile: undefined }),
    channel: CHANNEL.id,
    clusterName: CLUSTER_NAME,
    ...{ looking, log, now },
    pause: async () => undefined,
  });
  const server = await listen([route], { port: 0, log });
  const url = `http://localhost:${server.port}/slack/actions`;
  slack.connectApp({ interactivityUrl: url, signingSecret: SIGNING_SECRET, slackUrl: new URL(apiUrl).origin });
  return {
    url,
    lines: log.lines,
    told: () => told,
    click: async (action, option) => {
      const outcome = await slack.click({ ts: webhook.message().ts, actionId: ACTIONS[action], ...(option ? { option } : {}) });
      await finished();
      return outcome;
    },
    send: async (payload, headers = {}) => {
      const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
      const timestamp = String(Math.floor(now().getTime() / 1_000));
      const signed = { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': sign(SIGNING_SECRET, timestamp, body), ...headers };
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...signed },
        body,
      });
      return { status: answer.status, text: await answer.text() };
    },
    finished,
    close: server.close,
  };
}

/** The payload of a click by anybody, as far as it is read. */
export function clickBy(user: string, action: keyof typeof ACTIONS, ts: string, changes: object = {}): object {
  return {
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase() },
    team: { domain: 'local' },
    container: { type: 'message', message_ts: ts, channel_id: CHANNEL.id },
    channel: CHANNEL,
    actions: [{ action_id: ACTIONS[action], type: 'button' }],
    ...changes,
  };
}
