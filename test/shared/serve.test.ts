/** A function as a process that is told to end before it is all there. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const SERVE = new URL('../../shared/serve.ts', import.meta.url).href;

/** It has nothing in it but a `load`; it says where it listens as soon as it does. */
const script = (load: string, then = '') => `
import { once } from 'node:events';
import { Server } from 'node:net';
import { subscribe } from 'node:diagnostics_channel';
import { serve } from '${SERVE}';
const { listen } = Server.prototype;
Server.prototype.listen = function (...on) {
  this.once('listening', () => console.log('port ' + this.address().port));
  return listen.apply(this, on);
};
const asked = new Promise((resolve) => subscribe('http.server.request.start', resolve));
const tellToEnd = () => { process.kill(process.pid, 'SIGTERM'); return once(process, 'SIGTERM'); };
const service = { createService: () => ({ routes: [{ method: 'post', path: '/', handle: async () => ({ status: 204 }) }] }) };
void serve(() => ({ port: 0, logLevel: 'info', logFormat: 'json' }), ${load});
${then}`;

describe('a function that is told to end', () => {
  it('before it listens ends with 0', async () => {
    const { ended } = start(script('() => new Promise(() => undefined)', `process.kill(process.pid, 'SIGTERM');`));
    assert.deepEqual(await ended, [0, null]);
  });

  it('while it is loaded answers who is waiting, and ends with 0', async () => {
    const { port, ended, lines } = start(script('async () => { await asked; await tellToEnd(); return service; }'));
    const answer = await fetch(`http://localhost:${await port}/`, { method: 'POST' });
    assert.equal(answer.status, 204);
    assert.deepEqual(await ended, [0, null]);
    assert.match(lines.join('\n'), /"signal":"SIGTERM".*"msg":"closing"/);
  });
});

function start(code: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { env: {}, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const { promise: port, resolve } = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const [, found] = /^port (\d+)$/.exec(line) ?? [];
    if (found) resolve(found);
  });
  return { port, ended: once(child, 'close'), lines };
}
