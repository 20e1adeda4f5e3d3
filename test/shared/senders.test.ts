import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { kubeconfigFor } from '../../local/demo/kubeconfig.ts';
import { ConfigError } from '../../shared/config.ts';
import { listen } from '../../shared/http/listen.ts';
import { NO_CONTENT } from '../../shared/http/route.ts';
import type { Listening } from '../../shared/http/server.ts';
import { senders } from '../../shared/senders.ts';
import { AUDIENCE, createTestIssuer, SUBJECT, type TestIssuer } from '../helpers/issuer.ts';
import { silentLog } from '../helpers/log.ts';

describe('senders', () => {
  it('are all who reach us where no audience is set, and no cluster is demanded', () => {
    assert.deepEqual(senders({ KUBECONFIG: '/missing' }), {});
  });

  it('are not all by mistake: subjects without an audience are refused at the start', () => {
    assert.throws(
      () => senders({ OIDC_SUBJECTS: SUBJECT }),
      (error: Error) => error instanceof ConfigError && /OIDC_SUBJECTS/.test(error.message),
    );
  });

  it('are asked for a token, and then a cluster is demanded', () => {
    assert.throws(() => senders({ OIDC_AUDIENCE: AUDIENCE, KUBECONFIG: '/missing' }), ConfigError);
  });

  describe('of a route', () => {
    let folder: string;
    let api: Server;
    let issuer: TestIssuer;
    let isOut = false;
    let server: Listening;
    let bodies = 0;
    before(async () => {
      issuer = await createTestIssuer();
      const documents = () => ({
        '/.well-known/openid-configuration': { issuer: issuer.published().name, jwks_uri: 'https://elsewhere.example.org/keys' },
        '/openid/v1/jwks': issuer.published().keySet,
      });
      api = createServer(({ url = '', headers }, response) => {
        const found = Object.entries(documents()).find(([path]) => path === url);
        // As kube-apiserver: 406 for whoever wants mere JSON.
        const isAcceptable = url !== '/openid/v1/jwks' || headers.accept?.includes('application/jwk-set+json');
        const status = isOut || !found ? 503 : isAcceptable ? 200 : 406;
        response.writeHead(status, { 'content-type': 'application/jwk-set+json' }).end(JSON.stringify(found?.[1] ?? {}));
      });
      await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', () => resolve()));
      folder = await mkdtemp(join(tmpdir(), 'archwatch-senders-'));
      const kubeconfig = join(folder, 'kubeconfig');
      await writeFile(kubeconfig, kubeconfigFor(`http://127.0.0.1:${(api.address() as AddressInfo).port}`));
      const { authenticate } = senders({ OIDC_AUDIENCE: AUDIENCE, OIDC_SUBJECTS: `a, ${SUBJECT}`, KUBECONFIG: kubeconfig });
      assert.ok(authenticate);
      const handle = async () => {
        bodies += 1;
        return NO_CONTENT;
      };
      server = await listen([{ method: 'post', path: '/events', authenticate, handle }], { port: 0, log: silentLog });
    });
    after(async () => {
      await server.close();
      api.closeAllConnections();
      api.close();
      await rm(folder, { recursive: true });
    });
    const post = async (authorization?: string) => {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      const response = await fetch(`http://localhost:${server.port}/events`, { method: 'POST', body: 'x', headers });
      return { status: response.status, text: await response.text() };
    };

    it('are answered before the body is read: 401 without a token or with another’s, 403 who is not meant, 503 while nobody knows', async () => {
      const token = await issuer.token(new Date());
      isOut = true;
      assert.deepEqual(await post(`Bearer ${token}`), { status: 503, text: 'unavailable' });
      isOut = false;
      await setTimeout(1_000); // the API server is asked again
      assert.deepEqual(await post(), { status: 401, text: 'no bearer token' });
      assert.equal((await post(`Bearer ${await issuer.token(new Date(), { aud: 'x' })}`)).status, 401);
      const sub = 'system:serviceaccount:default:default';
      assert.deepEqual(await post(`Bearer ${await issuer.token(new Date(), { sub })}`), {
        status: 403,
        text: `the token is of ${sub}, who may not send here`,
      });
      assert.equal(bodies, 0);
      assert.equal((await post(`Bearer ${token}`)).status, 204);
      assert.equal(bodies, 1);
    });
  });
});
