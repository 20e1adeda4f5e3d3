/** The command that asks a subscriber to look again, for a person to paste into a POSIX shell. */
import { PING } from '../../shared/knative-events.ts';
import { quote } from '../../shared/kubernetes/patch-command.ts';
import { webAddress } from '../../shared/slack/text.ts';

const MAX_ADDRESS = 300;
/** Where clouds keep credentials for whoever asks: no subscriber is there. */
const LINK_LOCAL = /^169\.254\.|^\[fe[89ab]/i;

/**
 * One line that sends a ping event in CloudEvents' binary mode; undefined where the address is not one for a person to call.
 * What was cut or made harmless is not the address any more, so only ASCII is. `id` names the event in the subscriber's log.
 */
export function replayCommand(destination: string | undefined, id: string): string | undefined {
  const address = webAddress(destination, MAX_ADDRESS);
  if (address === undefined || !/^[!-~]+$/.test(destination ?? '') || LINK_LOCAL.test(new URL(address).hostname)) return undefined;
  const headers = [
    'content-type: application/json',
    'ce-specversion: 1.0',
    `ce-id: ${id}`,
    'ce-source: /replayed-by-hand',
    `ce-type: ${PING}`,
    'ce-knativebrokerttl: 255', // without it a broker drops what is sent to a Trigger; nobody else minds
  ].map((header) => `-H ${quote(header)}`);
  return `curl -g -i -X POST ${quote(address)} ${headers.join(' ')} -d ${quote('{}')}`; // -g: the address is meant as it is
}
