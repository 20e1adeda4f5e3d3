/** The name of an image, as CDI takes it: `docker://host[:port]/path[:tag][@digest]`. */
import { UnreadableError } from './unreadable.ts';

export interface ImageReference {
  /** The registry's host, with its port if one is named; where its API is. */
  readonly host: string;
  /** The name in the registry, without host. */
  readonly repository: string;
  /** The digest if there is one, else the tag. */
  readonly reference: string;
  readonly isDigest: boolean;
}

const DOCKER_HUB = ['docker.io', 'index.docker.io'];
/** https://github.com/containers/image/blob/main/docker/docker_client.go: where the API of docker.io is. */
export const DOCKER_HUB_API = 'registry-1.docker.io';
const DEFAULT_TAG = 'latest';
const MAX_NAME = 255;

// https://github.com/distribution/reference/blob/main/regexp.go
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;
/** What can be verified here. https://github.com/opencontainers/image-spec/blob/main/descriptor.md#registered-algorithms */
export const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** Throws `UnreadableError` for what is no such name: nobody can be asked then. */
export function parseImageReference(url: string): ImageReference {
  const [, rest] = /^docker:\/\/([^/].*)$/s.exec(url) ?? [];
  if (rest === undefined) throw new UnreadableError('only images of a registry (docker://) can be asked for');
  const { host, path } = splitHost(rest);
  const { name, tag = DEFAULT_TAG, digest } = splitPath(path);
  const repository = host === DOCKER_HUB_API && !name.includes('/') ? `library/${name}` : name;
  if (repository.length > MAX_NAME || !NAME.test(repository) || !TAG.test(tag)) throw malformed();
  if (digest !== undefined && !DIGEST.test(digest)) throw malformed();
  return { host, repository, reference: digest ?? tag, isDigest: digest !== undefined };
}

/** The first part is a host if it looks like one: it has a dot or a port, or is localhost. */
function splitHost(rest: string): { readonly host: string; readonly path: string } {
  const [first = '', ...others] = rest.split('/');
  const isHost = others.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  if (!isHost) return { host: DOCKER_HUB_API, path: rest };
  const url = HOST.test(first) ? URL.parse(`https://${first}`) : null; // writes numbers of addresses in the usual way
  if (url === null) throw malformed();
  return { host: DOCKER_HUB.includes(url.host) ? DOCKER_HUB_API : url.host, path: others.join('/') };
}

function splitPath(path: string): { readonly name: string; readonly tag: string | undefined; readonly digest: string | undefined } {
  const [named = '', digest, ...more] = path.split('@');
  if (more.length > 0) throw malformed();
  const [name = '', tag, ...rest] = named.split(':');
  if (rest.length > 0) throw malformed();
  return { name, tag, digest };
}

function malformed(): UnreadableError {
  return new UnreadableError('its address is not the name of an image');
}
