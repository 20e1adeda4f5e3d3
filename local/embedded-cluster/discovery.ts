/** What the API server says about itself: its version, its groups, and what a group has. */
import type { ServedGroup } from './served-groups.ts';

/** The answer to `GET /version`. */
export const SERVER_VERSION = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.1',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2026-09-10T00:00:00Z',
  goVersion: 'go1.24.6',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** The answer to `GET /apis`. */
export function apiGroupList(groups: readonly ServedGroup[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(described) };
}

/** The answer to `GET /apis/:group`. */
export function apiGroup(group: ServedGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...described(group) };
}

/** The answer to `GET /apis/:group/:version`. */
export function apiResourceList({ name, resources }: ServedGroup, version: string): object {
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${name}/${version}`, resources };
}

function described({ name, versions }: ServedGroup): { name: string; versions: object[]; preferredVersion: object } {
  const described = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: described, preferredVersion: { ...described[0] } };
}
