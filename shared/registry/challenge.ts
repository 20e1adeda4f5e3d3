/** What a registry wants before it lets anybody in. Pure. https://distribution.github.io/distribution/spec/auth/token/ */

export type Challenge =
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: URL; readonly service: string | undefined; readonly scope: string | undefined };

const BEARER = /(?:^|,)\s*Bearer\s+/i;
const BASIC = /(?:^|,)\s*Basic(?:[\s,]|$)/i;

/** From the header `WWW-Authenticate`, which may hold several: tokens before passwords. Undefined where nothing in it is known. */
export function readChallenge(header: string | undefined): Challenge | undefined {
  if (header === undefined) return undefined;
  const bearer = BEARER.exec(header);
  const { realm, service, scope } = bearer ? readParameters(header.slice(bearer.index + bearer[0].length)) : {};
  const url = realm === undefined ? null : URL.parse(realm);
  if (url && /^https?:$/.test(url.protocol)) return { scheme: 'bearer', realm: url, service, scope };
  return BASIC.test(header) ? { scheme: 'basic' } : undefined;
}

/** Up to the next scheme, which is a word without `=`. */
function readParameters(text: string): Readonly<Partial<Record<string, string>>> {
  const parameter = /\s*([a-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))\s*(?:,|$)/iy;
  const found: Partial<Record<string, string>> = {};
  for (let match = parameter.exec(text); match; match = parameter.exec(text)) {
    const [, name = '', quoted, bare] = match;
    found[name.toLowerCase()] ??= quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '';
  }
  return found;
}
