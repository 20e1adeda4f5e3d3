/** The embedded Slack on a socket of its own, with the time as it is: a function reaches it as it would the real one. */
import { createEmbeddedSlack, type EmbeddedSlack } from '../../../local/embedded-slack/embedded-slack.ts';
import { listen } from '../../../shared/http/listen.ts';
import { silentLog } from '../../helpers/log.ts';
import { remember } from './running.ts';

export interface RunningSlack extends EmbeddedSlack {
  /** The base of the Web API. */
  readonly apiUrl: string;
  /** The one token that it takes. */
  readonly token: string;
  stop(): Promise<void>;
}

const CHANNEL = { id: 'C0ONCALL', name: 'on-call' };
const TOKEN = 'xoxb-of-the-cluster-tests';

/** Starts one with an empty channel, on any free port. */
export async function startSlack(): Promise<RunningSlack> {
  const slack = createEmbeddedSlack({ token: TOKEN, channel: CHANNEL, now: () => new Date() });
  const server = await listen(slack.routes, { port: 0, log: silentLog });
  const forget = remember('slack', server.close);
  const stop = async () => {
    forget();
    await server.close();
  };
  return { ...slack, apiUrl: `http://127.0.0.1:${server.port}/slack/api/`, token: TOKEN, stop };
}
