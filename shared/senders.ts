/** Who may send events, made of the environment: `OIDC_AUDIENCE`, and the cluster whose service accounts' tokens count. */
import type { Variable } from './config.ts';
import type { Route } from './http/route.ts';
import { kubernetes } from './kubernetes/api-client.ts';
import { createIssuerReader } from './kubernetes/read-issuer.ts';
import { createSenderCheck } from './oidc/sender-check.ts';
import { oidc } from './settings.ts';

/** Of a route, who is let in: with no audience whoever reaches us, and then no cluster is demanded. */
export const senders: Variable<Pick<Route, 'authenticate'>> = (environment) => {
  const expected = oidc(environment);
  if (expected === undefined) return {};
  const readIssuer = createIssuerReader(kubernetes(environment).connect);
  return { authenticate: createSenderCheck({ ...expected, readIssuer, now: () => new Date() }) };
};
