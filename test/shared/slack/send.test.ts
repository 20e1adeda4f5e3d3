import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { wasNotReached } from '../../../shared/slack/refusal.ts';
import { send } from '../../../shared/slack/send.ts';

describe('a request to Slack whose time is up', () => {
  let server: Server;
  let came: Promise<void>;
  beforeEach(async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    came = promise;
    server = createServer(() => resolve()); // and no answer
    await new Promise<void>((listening) => server.listen(0, () => listening()));
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });
  const begin = () => {
    const time = new AbortController();
    const { port } = server.address() as AddressInfo;
    const sent = send(`http://localhost:${port}/`, { method: 'POST', body: '{}', signal: time.signal });
    return { time, failure: assert.rejects(sent).then(() => sent.catch((error: unknown) => error)) };
  };

  it('was not sent where there was no connection yet', async () => {
    const { time, failure } = begin();
    time.abort(new Error('time is up'));
    assert.equal(wasNotReached(await failure), true);
  });

  it('may have been done where there was one', async () => {
    const { time, failure } = begin();
    await came;
    time.abort(new Error('time is up'));
    assert.equal(wasNotReached(await failure), false);
    assert.match(String(await failure), /time is up/);
  });
});
