import assert from 'node:assert/strict';
import { runningOn, staysWrong, withoutNodes } from '../../../shared/golden-images/affected-machines.ts';
import type { FailedRead } from '../../../shared/golden-images/read.ts';
import { dataSource, IMAGES, instance, kubeVirtReads, virtualMachine } from '../../helpers/kubevirt-objects.ts';

const FAILURE: FailedRead = { resource: 'virtualmachines.kubevirt.io', reason: 'forbidden', detail: 'no' };
const FAILED = { ok: false, failure: FAILURE } as const;

describe('the instances that run on some nodes', () => {
  it('are those that are there and not over, whatever made them, by name', () => {
    const instances = [
      instance('shop/web-1', { nodeName: 'worker-2' }),
      instance('shop/db-1', { nodeName: 'worker-1' }),
      instance('shop/starting', { nodeName: 'worker-1', phase: 'Scheduled' }),
      instance('shop/done', { nodeName: 'worker-1', phase: 'Succeeded' }),
      instance('shop/failed', { nodeName: 'worker-1', phase: 'Failed' }),
      instance('shop/elsewhere', { nodeName: 'worker-3' }),
      instance('shop/nowhere', { phase: 'Scheduling' }),
    ];
    assert.deepEqual(runningOn(kubeVirtReads({ instances }), new Set(['worker-1', 'worker-2'])), {
      ok: true,
      value: ['shop/db-1', 'shop/starting', 'shop/web-1'],
    });
  });

  it('are not known where instances could not be read', () => {
    assert.deepEqual(runningOn(kubeVirtReads({ instances: FAILURE }), new Set(['worker-1'])), FAILED);
  });
});

describe('the machines without nodes', () => {
  const virtualMachines = [
    virtualMachine('shop/z', { architecture: 's390x' }),
    virtualMachine('shop/b', { architecture: 'arm64' }),
    virtualMachine('shop/a', { architecture: 'amd64' }),
    virtualMachine('shop/none', { architecture: undefined }),
  ];

  it('ask for an architecture that no node has; one that asks for none is not among them', () => {
    const named = (architectures: readonly string[]) => withoutNodes(kubeVirtReads({ virtualMachines }), architectures);
    assert.deepEqual(named(['amd64']), { ok: true, value: ['shop/b', 'shop/z'] });
    assert.deepEqual(named(['amd64', 'arm64', 's390x']), { ok: true, value: [] });
  });

  it('are not known where machines could not be read', () => {
    assert.deepEqual(withoutNodes(kubeVirtReads({ virtualMachines: FAILURE }), ['amd64']), FAILED);
  });
});

describe('a machine with a nodeSelector of its own', () => {
  const on = (architecture: string) => ({ nodeSelector: { 'kubernetes.io/arch': architecture } });
  const virtualMachines = [
    virtualMachine('shop/elsewhere', on('arm64')),
    virtualMachine('shop/right', on('amd64')),
    virtualMachine('shop/any', { ...on('arm64'), architecture: undefined }),
  ];
  it('needs nodes of the architecture that it selects, whatever its own is', () => {
    assert.deepEqual(withoutNodes(kubeVirtReads({ virtualMachines }), ['amd64']), { ok: true, value: ['shop/any', 'shop/elsewhere'] });
    assert.deepEqual(withoutNodes(kubeVirtReads({ virtualMachines }), ['arm64']), { ok: true, value: ['shop/right'] });
  });
});

describe('the machines that stay wrong with the import on', () => {
  const images = [{ image: 'fedora-image-cron', dataSource: 'fedora', architecture: 'amd64' }];
  const virtualMachines = [
    virtualMachine('shop/arm', { architecture: 'arm64' }),
    virtualMachine('shop/amd'),
    virtualMachine('shop/any', { architecture: undefined }),
    virtualMachine('shop/its-own', { architecture: 'arm64', source: ['data-source', `${IMAGES}/fedora-arm64`] }),
    virtualMachine('shop/namesake', { architecture: 'arm64', source: ['data-source', 'shop/fedora'] }),
    virtualMachine('shop/no-template', { architecture: 'arm64', source: undefined }),
  ];
  const others = [dataSource('shop/fedora', { cron: 'of-somebody' }), dataSource(`${IMAGES}/fedora-arm64`, { architecture: 'arm64' })];
  const named = (...plain: Parameters<typeof dataSource>) =>
    staysWrong(kubeVirtReads({ virtualMachines, dataSources: [dataSource(...plain), ...others] }), images);

  it('name the plain DataSource, and have another architecture than it will have', () => {
    assert.deepEqual(named(`${IMAGES}/fedora`), { ok: true, value: ['shop/arm'] });
  });

  it('are the same where the import is on and the DataSource points to another', () => {
    assert.deepEqual(named(`${IMAGES}/fedora`, { cron: undefined, source: ['data-source', `${IMAGES}/fedora-amd64`] }), {
      ok: true,
      value: ['shop/arm'],
    });
  });

  it('are none where the DataSource is somebody else’s', () => {
    assert.deepEqual(named(`${IMAGES}/fedora`, { cron: 'of-somebody' }), { ok: true, value: [] });
  });

  it('are not known where machines or DataSources could not be read', () => {
    assert.deepEqual(staysWrong(kubeVirtReads({ virtualMachines: FAILURE }), images), FAILED);
    assert.deepEqual(staysWrong(kubeVirtReads({ virtualMachines, dataSources: FAILURE }), images), FAILED);
  });
});
