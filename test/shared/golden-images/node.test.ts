import assert from 'node:assert/strict';
import { MalformedError } from '../../../shared/golden-images/json.ts';
import { isLabelInUse, obstacles, poolOf, readNode } from '../../../shared/golden-images/node.ts';
import { node } from '../../helpers/cluster-objects.ts';

describe('a node', () => {
  for (const { createdAt, read } of [
    { createdAt: '2026-11-22T10:00:00Z', read: '2026-11-22T10:00:00Z' },
    { createdAt: '', read: undefined },
    { createdAt: 'yesterday', read: undefined },
  ]) {
    it(`created at ${JSON.stringify(createdAt)} is dated ${read}`, () => {
      assert.equal(readNode(node('a', 'amd64', { createdAt })).createdAt, read);
    });
  }

  it('without a name is none', () => {
    assert.throws(() => readNode({ metadata: {} }), MalformedError);
  });

  it('keeps the labels in use and no others', () => {
    const object = node('a', 'amd64', { labels: { 'cpu-feature.node.kubevirt.io/aes': 'true', zone: 'b' } });
    const { labels } = readNode(object, (key) => isLabelInUse(key, new Set(['zone'])));
    assert.deepEqual(Object.keys(labels).sort(), [
      'kubernetes.io/arch',
      'kubevirt.io/schedulable',
      'node-role.kubernetes.io/worker',
      'zone',
    ]);
  });

  const pools = [
    { of: 'a plain worker', roles: ['worker'], pool: 'worker' },
    { of: 'a role of its own beside worker', roles: ['worker', 'arm-metal'], pool: 'arm-metal' },
    { of: 'a control plane', roles: ['control-plane', 'master'], pool: undefined },
    { of: 'a provider’s label', roles: ['worker'], labels: { 'hypershift.openshift.io/nodePool': 'arm' }, pool: 'arm' },
    { of: 'an empty provider’s label', roles: ['worker'], labels: { 'karpenter.sh/nodepool': '' }, pool: 'worker' },
  ];
  for (const { of, pool, ...options } of pools) {
    it(`is of the pool ${pool} by ${of}`, () => assert.equal(poolOf(readNode(node('a', 'amd64', options))), pool));
  }

  const blocked: readonly { when: string; options: Parameters<typeof node>[2]; reasons: readonly string[] }[] = [
    { when: 'it is fine', options: {}, reasons: [] },
    { when: 'it is cordoned', options: { cordoned: true }, reasons: ['cordoned'] },
    { when: 'it is not ready', options: { ready: 'False' }, reasons: ['not ready'] },
    { when: 'nobody knows whether it is ready', options: { ready: 'Unknown' }, reasons: ['readiness unknown'] },
    {
      when: 'it has a taint with a value',
      options: { taints: [{ key: 'a', value: 'b', effect: 'NoSchedule' }] },
      reasons: ['tainted a=b'],
    },
    { when: 'it has a taint without one', options: { taints: [{ key: 'a', effect: 'NoExecute' }] }, reasons: ['tainted a'] },
    { when: 'a taint only prefers', options: { taints: [{ key: 'a', effect: 'PreferNoSchedule' }] }, reasons: [] },
    {
      when: 'a taint says only what cordoning says',
      options: { cordoned: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
      reasons: ['cordoned'],
    },
  ];
  for (const { when, options, reasons } of blocked) {
    it(`takes no virtual machine because of ${JSON.stringify(reasons)} when ${when}`, () => {
      assert.deepEqual(obstacles(readNode(node('a', 'amd64', options))), reasons);
    });
  }
});
