/** Links out of the message; each only where its address is one that a person can follow. */
import { HCO_GROUP, type HyperConvergedVersion } from '../golden-images/api-version.ts';
import type { AlertLinks, Episode, Incident } from '../incidents/incident.ts';
import { MAX_URL } from './limits.ts';
import { joined, link, type Piece, paragraph, richText } from './rich-text.ts';
import { shortName, webAddress } from './text.ts';

/** The runbooks of kubevirt/monitoring print YAML for this version only. */
const RUNBOOK_VERSION = 'v1beta1';
/** On OpenShift Alertmanager's external address is the console's, plus this (cluster-monitoring-operator `manifests.go:635,3511`). */
const CONSOLE_SUFFIX = /\/monitoring\/?$/;

/** Undefined where there is nothing to link to. `consoleUrl` is the console's base; undefined to take it from the alert. */
export function linksPart({ series }: Incident, { facts }: Episode, consoleUrl: string | undefined) {
  const newest = [...series].sort((a, b) => Date.parse(b.heardAt) - Date.parse(a.heardAt))[0]?.links;
  const console = consoleUrl ?? consoleOf(newest);
  const links = [
    to(facts?.condition.evidence && crAddress(console, facts.condition.evidence.hyperConverged), 'Open the CR'),
    to(newest?.runbook, runbookLabel(facts?.preferredVersion)),
    to(newest?.graph, 'Graph'),
    to(newest?.alertmanager, 'Alertmanager'),
  ].flatMap((piece) => (piece ? [piece] : []));
  return links.length > 0 ? richText(paragraph(...joined(links, ' · '))) : undefined;
}

function to(address: string | undefined, text: string): Piece | undefined {
  const url = webAddress(address, MAX_URL);
  return url === undefined ? undefined : link(url, text);
}

function runbookLabel(preferredVersion: string | undefined): string {
  const fits = preferredVersion === undefined || preferredVersion === RUNBOOK_VERSION;
  return fits ? 'Runbook' : `Runbook (its YAML is for ${RUNBOOK_VERSION}; kubectl edits ${shortName(preferredVersion)} here)`;
}

function consoleOf(links: AlertLinks | undefined): string | undefined {
  const address = links?.alertmanager;
  return address && CONSOLE_SUFFIX.test(address) ? address.replace(CONSOLE_SUFFIX, '') : undefined;
}

interface CrName {
  readonly version: HyperConvergedVersion;
  readonly namespace: string;
  readonly name: string;
}

/** https://github.com/openshift/console: `/k8s/ns/NAMESPACE/GROUP~VERSION~KIND/NAME/yaml`. */
function crAddress(console: string | undefined, { version, namespace, name }: CrName): string | undefined {
  return console && `${console.replace(/\/+$/, '')}/k8s/ns/${namespace}/${HCO_GROUP}~${version}~HyperConverged/${name}/yaml`;
}
