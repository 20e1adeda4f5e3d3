/** What the API server says about itself: its version, its groups, and what a group has. */
import { type ApiVersion, RELEASES, type Release } from './releases.ts';

/** HyperConverged's group. */
export const GROUP = 'hco.kubevirt.io';

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
export function apiGroupList(release: Release | undefined): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: release === undefined ? [] : [group(release)] };
}

/** The answer to `GET /apis/hco.kubevirt.io`. */
export function apiGroup(release: Release): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...group(release) };
}

/** The answer to `GET /apis/hco.kubevirt.io/:version`. */
export function apiResourceList(version: ApiVersion): object {
  const resource = { namespaced: true, kind: 'HyperConverged' };
  const name = 'hyperconvergeds';
  const names = { name, singularName: 'hyperconverged', ...resource, shortNames: ['hco', 'hcos'], categories: ['all'] };
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: `${GROUP}/${version}`, resources: [{ ...names, verbs: VERBS }] };
}

/** Those that the embedded server answers. */
const VERBS = ['get', 'list', 'patch'];

function group(release: Release): { name: string; versions: object[]; preferredVersion: object } {
  const versions = RELEASES[release].served.map((version) => ({ groupVersion: `${GROUP}/${version}`, version }));
  return { name: GROUP, versions, preferredVersion: { ...versions[0] } };
}
