import assert from 'node:assert/strict';
import { createMultiArchAlert } from '../../local/story/multi-arch-alert.ts';

describe('the operator of the story', () => {
  it('has no pod when its alert resolves in a restart, and has one again when it fires', async () => {
    const happened: string[] = [];
    const alert = createMultiArchAlert({
      alertmanager: { deliver: async ([delivered]) => void happened.push(delivered?.endsAt ? 'resolved' : 'firing') },
      metric: () => 0,
      now: () => new Date(0),
      setOperator: (condition) => void happened.push(condition),
      operatorDownMs: 0,
    });
    await assert.rejects(alert.restartOperator(), /while the alert is firing/);
    await alert.fire();
    await alert.restartOperator();
    assert.deepEqual(happened, ['firing', 'gone', 'resolved', 'ready', 'firing']);
  });
});
