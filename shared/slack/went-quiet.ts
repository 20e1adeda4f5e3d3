/** Why an alert does not fire any more: Alertmanager said that it is resolved, or only left it out. */
import type { Episode, Incident } from '../incidents/incident.ts';

/**
 * Whether series of this episode are gone (silenced, or no delivery of them came) and none was said to be resolved. Where nothing is
 * known of its series any more, what is on record stands: resolved.
 */
export function onlyWentQuiet({ series }: Incident, { openedAt }: Episode): boolean {
  const heard = series.filter(({ heardAt }) => Date.parse(heardAt) >= Date.parse(openedAt));
  return heard.some(({ status }) => status === 'gone') && !heard.some(({ status }) => status === 'resolved');
}
