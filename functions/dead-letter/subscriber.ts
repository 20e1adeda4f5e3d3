/** Who failed on an event, as a person knows it. */
import { clip } from '../../shared/slack/text.ts';

const MAX_PLACE = 150;
/** Where a broker hands events to its Triggers (knative/eventing `pkg/broker/filter/filter_handler.go`), of names that Kubernetes takes. */
const TRIGGER = /^\/triggers\/([a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?)\/([a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?)\//;

/** `Trigger namespace/name` where the address is a broker's for that Trigger; else the address without its scheme, which nobody needs. */
export function nameSubscriber(destination: string | undefined): string {
  if (destination === undefined) return 'a subscriber that the broker did not name';
  return clip(triggerOf(destination) ?? destination.replace(/^https?:\/\//, ''), MAX_PLACE);
}

export function isTrigger(destination: string | undefined): boolean {
  return destination !== undefined && triggerOf(destination) !== undefined;
}

function triggerOf(destination: string): string | undefined {
  const [, namespace, name] = TRIGGER.exec(URL.parse(destination)?.pathname ?? '') ?? [];
  return namespace && name && `Trigger ${namespace}/${name}`;
}
