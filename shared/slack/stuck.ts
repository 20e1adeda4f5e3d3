/** An alert about a golden image that HCO does not deploy any more: nothing but a new operator takes it back. */
import type { Episode, Facts, Incident } from '../incidents/incident.ts';

/** What is over, with the restart advised where an image that fires is gone: which images fire, the cluster does not say. */
export function knowingStuck(incident: Incident, episode: Episode): Episode {
  const { facts, verdict } = episode;
  return facts && verdict === 'stale' && firesForGoneImage(incident, facts) ? { ...episode, facts: advisingRestart(facts) } : episode;
}

/** HCO writes names into labels in lower case. */
function firesForGoneImage({ series }: Incident, { condition: { evidence } }: Facts): boolean {
  const deployed = new Set(evidence?.goldenImages.map((name) => name.toLowerCase()));
  return series.some(({ status, image }) => status === 'firing' && image !== undefined && !deployed.has(image.toLowerCase()));
}

function advisingRestart(facts: Facts): Facts {
  const remedies = facts.remedies.map((remedy) => (remedy.restartsOperator ? { ...remedy, advised: true, reason: undefined } : remedy));
  return { ...facts, remedies };
}
