/** Loaded by mocha before the tests: nothing may be left running after them. */
import assert from 'node:assert/strict';
import { stopLeftovers } from './running.ts';

// Node ends at once on these signals, without the `exit` event that stops the servers.
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

export const mochaHooks = {
  async afterAll(): Promise<void> {
    assert.deepEqual(await stopLeftovers(), [], 'the tests did not stop what they started');
  },
};
