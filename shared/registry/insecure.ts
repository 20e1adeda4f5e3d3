/** The hosts that the CR declares insecure: no certificate is needed there, and http will do. */

const PORTS: Readonly<Record<string, string>> = { 'https:': '443', 'http:': '80' };

/**
 * `hosts` as in the CR. As in CDI an entry without a port is for addresses without one:
 * https://github.com/kubevirt/containerized-data-importer/blob/main/pkg/controller/import-controller.go, isInsecureTLS.
 */
export function insecureRule(hosts: readonly string[]): (url: URL) => boolean {
  const known = new Set(hosts.map((host) => host.trim().toLowerCase()));
  return ({ host, port, protocol }) => known.has(host) || (port === '' && known.has(`${host}:${PORTS[protocol]}`));
}
