import assert from 'node:assert/strict';
import { ApiException, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { crPath, GROUP, type RunningCluster, startCluster } from '../helpers/embedded-cluster.ts';

describe('the embedded cluster, over HTTP', () => {
  let running: RunningCluster;
  beforeEach(async () => {
    running = await startCluster();
    for (const name of ['worker-1', 'worker-2', 'worker-3']) running.cluster.addNode({ name, architecture: 'amd64' });
    running.cluster.addNode({ name: 'worker-4', architecture: 'arm64', unschedulable: true });
  });
  afterEach(() => running.close());
  const hyperConverged = { group: GROUP, plural: 'hyperconvergeds', version: 'v1' };
  const one = { ...hyperConverged, namespace: 'kubevirt-hyperconverged', name: 'kubevirt-hyperconverged' };

  describe('nodes', () => {
    it('come in pages, all of the state of the first', async () => {
      const first = await running.core.listNode({ limit: 2 });
      running.cluster.removeNode('worker-3');
      const second = await running.core.listNode({ limit: 2, ...continued(first.metadata?._continue) });
      assert.deepEqual(
        [...first.items, ...second.items].map((node) => node.metadata?.name),
        ['worker-1', 'worker-2', 'worker-3', 'worker-4'],
      );
      assert.deepEqual([first.metadata?.remainingItemCount, second.metadata?.remainingItemCount], [2, undefined]);
      assert.equal(second.metadata?.resourceVersion, first.metadata?.resourceVersion);
      assert.equal(second.metadata?._continue, undefined);
    });

    it('answer 410 Expired when the token is too old, with a token that goes on', async () => {
      const first = await running.core.listNode({ limit: 3 });
      running.cluster.expireNextPage();
      const error = await running.core.listNode({ limit: 3, ...continued(first.metadata?._continue) }).catch((caught: unknown) => caught);
      assert.ok(error instanceof ApiException);
      const status = JSON.parse(error.body);
      assert.deepEqual([error.code, status.kind, status.reason, status.code], [410, 'Status', 'Expired', 410]);
      const rest = await running.core.listNode({ limit: 3, _continue: status.metadata.continue });
      assert.deepEqual(
        rest.items.map((node) => node.metadata?.name),
        ['worker-4'],
      );
    });

    it('are as large and as full as real ones', async () => {
      const node = await running.core.readNode({ name: 'worker-1' });
      const size = JSON.stringify(node).length;
      assert.ok(size > 10_000 && size < 20_000, `${size} bytes`);
      assert.equal(node.metadata?.labels?.['kubevirt.io/schedulable'], 'true');
      assert.equal(node.metadata?.labels?.['node-role.kubernetes.io/worker'], '');
      assert.equal(node.status?.nodeInfo?.architecture, 'amd64');
      assert.equal(node.status?.conditions?.find(({ type }) => type === 'Ready')?.status, 'True');
      assert.equal(node.metadata?.creationTimestamp?.toISOString(), '2026-11-22T10:00:00.000Z');
    });

    it('say when they are cordoned', async () => {
      const node = await running.core.readNode({ name: 'worker-4' });
      assert.equal(node.spec?.unschedulable, true);
      assert.deepEqual(
        node.spec?.taints?.map(({ key }) => key),
        ['node.kubernetes.io/unschedulable'],
      );
    });
  });

  describe('the HyperConverged', () => {
    it('is listed over all namespaces', async () => {
      const list = await running.custom.listClusterCustomObject(hyperConverged);
      assert.deepEqual(
        list.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name),
        ['kubevirt-hyperconverged'],
      );
    });

    it('takes a merge patch: generation and resourceVersion move on, the operator follows', async () => {
      const before = await running.custom.getNamespacedCustomObject(one);
      const body = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
      await running.custom.patchNamespacedCustomObject({ ...one, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch));
      const after = await running.custom.getNamespacedCustomObject(one);
      assert.deepEqual(after.spec.workloadSources, { enableCommonBootImageImport: true, enableMultiArchBootImageImport: true });
      assert.equal(after.metadata.generation, before.metadata.generation + 1);
      assert.ok(Number(after.metadata.resourceVersion) > Number(before.metadata.resourceVersion));
      assert.equal(after.status.observedGeneration, after.metadata.generation);
    });

    it('stays as it is under a patch that changes nothing', async () => {
      const before = running.cluster.hyperConverged('v1');
      await running.patch(crPath('v1'), { spec: { deployment: { deployVmConsoleProxy: false } }, status: { systemHealthStatus: 'error' } });
      assert.deepEqual(running.cluster.hyperConverged('v1'), before);
    });

    it('keeps its generation when only its metadata changes', async () => {
      const { metadata } = (await running.get(crPath('v1'))).body;
      const { body } = await running.patch(crPath('v1'), { metadata: { annotations: { a: 'b' } } });
      assert.deepEqual(body.metadata.annotations, { a: 'b' });
      assert.equal(body.metadata.generation, metadata.generation);
      assert.ok(Number(body.metadata.resourceVersion) > Number(metadata.resourceVersion));
    });

    it('stays as it is in a dry run, which shows what would be', async () => {
      const before = running.cluster.hyperConverged('v1');
      const answer = await running.patch(`${crPath('v1')}?dryRun=All`, {
        spec: { workloadSources: { enableMultiArchBootImageImport: true } },
      });
      assert.equal(answer.body.spec.workloadSources.enableMultiArchBootImageImport, true);
      assert.deepEqual(running.cluster.hyperConverged('v1'), before);
    });

    it('takes a JSON Patch, guarded by what it expects', async () => {
      const { metadata } = (await running.get(crPath('v1'))).body;
      const operations = [
        { op: 'test', path: '/metadata/generation', value: metadata.generation },
        { op: 'add', path: '/spec/workloadSources/enableMultiArchBootImageImport', value: true },
        { op: 'add', path: '/spec/featureGates', value: [] },
        { op: 'add', path: '/spec/featureGates/-', value: { name: 'b' } },
        { op: 'copy', from: '/spec/featureGates/0', path: '/spec/featureGates/0' },
        { op: 'replace', path: '/spec/featureGates/0/name', value: 'a' },
        { op: 'move', from: '/spec/featureGates/1', path: '/spec/featureGates/0' },
        { op: 'remove', path: '/spec/featureGates/1' },
      ];
      const before = running.cluster.hyperConverged('v1');
      const dry = await running.patch(`${crPath('v1')}?dryRun=All`, operations, JSON_PATCH);
      assert.deepEqual(running.cluster.hyperConverged('v1'), before);
      const answer = await running.patch(crPath('v1'), operations, JSON_PATCH);
      assert.deepEqual([dry.status, answer.status, dry.body.spec], [200, 200, answer.body.spec]);
      assert.deepEqual(answer.body.spec.featureGates, [{ name: 'b' }]);
      assert.equal(answer.body.spec.workloadSources.enableMultiArchBootImageImport, true);
      assert.equal(answer.body.metadata.generation, metadata.generation + 1);
    });

    it('takes what it knows under strict validation, without a warning', async () => {
      const body = { spec: { workloadSources: { enableMultiArchBootImageImport: true } } };
      const answer = await running.patch(`${crPath('v1')}?fieldValidation=Strict`, body);
      assert.deepEqual([answer.status, answer.headers.get('warning')], [200, null]);
    });

    it('refuses unknown fields under strict validation, and shows the object first as a real server does', async () => {
      const before = running.cluster.hyperConverged('v1');
      const merge = { spec: { workloads: {}, x: 1 } };
      const operations = [
        { op: 'add', path: '/spec/workloads', value: {} },
        { op: 'add', path: '/spec/x', value: 1 },
      ];
      for (const answer of [
        await running.patch(`${crPath('v1')}?fieldValidation=Strict`, merge),
        await running.patch(`${crPath('v1')}?fieldValidation=Strict`, operations, JSON_PATCH),
      ]) {
        const { kind, reason, message, details } = answer.body;
        assert.deepEqual([answer.status, kind, reason], [422, 'Status', 'Invalid']);
        assert.match(
          message,
          /^ "" is invalid: patch: Invalid value: "\{.*\}": strict decoding error: unknown field "spec\.workloads", unknown field "spec\.x"$/,
        );
        assert.equal(` "" is invalid: patch: ${details.causes[0].message}`, message);
        assert.deepEqual([details.causes[0].reason, details.causes[0].field], ['FieldValueInvalid', 'patch']);
      }
      assert.deepEqual(running.cluster.hyperConverged('v1'), before);
    });

    it('drops a v1beta1-shaped placement that comes through v1, with a warning', async () => {
      const before = running.cluster.hyperConverged('v1');
      const answer = await running.patch(crPath('v1'), { spec: { workloads: { nodePlacement: { nodeSelector: { a: 'b' } } } } });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('warning'), '299 - "unknown field \\"spec.workloads\\""');
      assert.deepEqual(running.cluster.hyperConverged('v1'), before);
    });
  });

  describe('refusals', () => {
    const refusals = [
      { when: 'the gate is sent as v1beta1 has it', body: { spec: { featureGates: { x: true } } }, status: 422, reason: 'Invalid' },
      {
        when: 'the gate is no boolean',
        body: { spec: { workloadSources: { enableMultiArchBootImageImport: 'on' } } },
        status: 422,
        reason: 'Invalid',
      },
      { when: 'the object has moved on', body: { metadata: { resourceVersion: '1' } }, status: 409, reason: 'Conflict' },
      { when: 'the body is no JSON', body: '{nope', status: 400, reason: 'BadRequest' },
      { when: 'the body is no object', body: [], status: 400, reason: 'BadRequest' },
      {
        when: 'a golden image is there twice',
        body: { spec: { workloadSources: { dataImportCronTemplates: [{ metadata: { name: 'a' } }, { metadata: { name: 'a' } }] } } },
        status: 403,
        reason: 'Forbidden',
      },
      { when: 'the placement has an operator that there is not', body: placement({ operator: 'Foo' }), status: 403, reason: 'Forbidden' },
    ];
    for (const { when, body, status, reason } of refusals) {
      it(`answers ${status} ${reason} when ${when}, and changes nothing`, async () => {
        const before = running.cluster.hyperConverged('v1');
        const answer = await running.patch(crPath('v1'), body);
        assert.deepEqual([answer.status, answer.body.kind, answer.body.reason, answer.body.code], [status, 'Status', reason, status]);
        assert.deepEqual(running.cluster.hyperConverged('v1'), before);
      });
    }

    const inapplicable = [
      [{ op: 'add', path: '/spec/nowhere/x', value: true }],
      [{ op: 'test', path: '/metadata/generation', value: 99 }],
      [{ op: 'replace', path: '/spec/nowhere', value: true }],
      [{ op: 'remove', path: '/spec/nowhere' }],
      [{ op: 'add', path: '/spec/deployment/uninstallStrategy/x', value: true }],
      [{ op: 'add', path: 'spec/x', value: true }],
      [{ op: 'add', path: '/spec/x' }],
      [{ op: 'move', path: '/spec/x' }],
      [{ op: 'frob', path: '/spec/x', value: true }],
      [
        { op: 'add', path: '/spec/workloadSources/enableMultiArchBootImageImport', value: true },
        { op: 'remove', path: '/spec/nowhere' },
      ],
    ];
    for (const operations of inapplicable) {
      it(`answers 422 and not why to the JSON Patch ${JSON.stringify(operations)}, and changes nothing`, async () => {
        const before = running.cluster.hyperConverged('v1');
        const { status, body } = await running.patch(crPath('v1'), operations, JSON_PATCH);
        assert.deepEqual(
          [status, body.reason, body.message, body.details],
          [422, 'Invalid', 'the server rejected our request due to an error in our request', {}],
        );
        assert.deepEqual(running.cluster.hyperConverged('v1'), before);
      });
    }

    for (const body of [{}, '[nope', [1]]) {
      it(`answers 400 to the JSON Patch ${JSON.stringify(body)}`, async () => {
        const answer = await running.patch(crPath('v1'), body, JSON_PATCH);
        assert.deepEqual([answer.status, answer.body.reason], [400, 'BadRequest']);
      });
    }

    it('answers 409 Conflict when a JSON Patch asks for another version of the object', async () => {
      const operations = [{ op: 'replace', path: '/metadata/resourceVersion', value: '1' }];
      assert.deepEqual((await running.patch(crPath('v1'), operations, JSON_PATCH)).body.reason, 'Conflict');
    });

    for (const type of ['application/strategic-merge-patch+json', 'application/json']) {
      it(`answers 415 to a patch of type ${type}`, async () => {
        const answer = await running.patch(crPath('v1'), {}, type);
        assert.deepEqual([answer.status, answer.body.reason], [415, 'UnsupportedMediaType']);
      });
    }

    const unknown = [
      '',
      '/',
      '/api/v1/pods',
      '/api/v1/nodes/nope',
      '/apis/kubevirt.io/v1/kubevirts',
      '/apis/kubevirt.io/v2',
      '/apis/image.openshift.io',
      `/apis/${GROUP}/v2`,
      crPath('v2'),
      `${crPath('v1')}x`,
    ];
    for (const path of unknown) {
      it(`answers ${path || 'nothing'} with a 404 Status`, async () => {
        const { status, body } = await running.get(path);
        assert.deepEqual([status, body.kind, body.reason, body.code], [404, 'Status', 'NotFound', 404]);
      });
    }

    for (const query of ['limit=many', 'limit=2&continue=garbage']) {
      it(`answers nodes?${query} with a 400 Status`, async () => {
        const { status, body } = await running.get(`/api/v1/nodes?${query}`);
        assert.deepEqual([status, body.kind, body.reason], [400, 'Status', 'BadRequest']);
      });
    }
  });

  describe('outages', () => {
    it('refused-503: every path answers a 503 Status', async () => {
      running.cluster.setOutage('refused-503');
      for (const path of ['/version', '/api/v1/nodes', '/apis', crPath('v1'), '/nope']) {
        const { status, body } = await running.get(path);
        assert.deepEqual([status, body.kind, body.reason], [503, 'Status', 'ServiceUnavailable']);
      }
    });

    it('hang: no answer before the outage ends', async () => {
      running.cluster.setOutage('hang');
      const order: string[] = [];
      const hanging = running.get('/api/v1/nodes').then(({ status }) => order.push(`answered ${status}`));
      while (running.cluster.requests().length === 0) await new Promise(setImmediate);
      // Another whole answer of the same server: the hanging one had its time.
      await fetch(new URL('/health/liveness', running.url));
      order.push('alive');
      running.cluster.setOutage(undefined);
      await hanging;
      assert.deepEqual(order, ['alive', 'answered 503']);
    });

    it('forbidden: resources are refused by name, discovery is open', async () => {
      running.cluster.setOutage('forbidden');
      const refused = await running.get('/api/v1/nodes');
      assert.deepEqual([refused.status, refused.body.reason, refused.body.details], [403, 'Forbidden', { kind: 'nodes' }]);
      assert.match(
        refused.body.message,
        /^nodes is forbidden: User ".+" cannot list resource "nodes" in API group "" at the cluster scope$/,
      );
      assert.equal((await running.patch(crPath('v1'), {})).status, 403);
      assert.equal((await running.get(`/apis/${GROUP}`)).status, 200);
    });

    it('half-a-list: the first page comes short, the second fails', async () => {
      running.cluster.setOutage('half-a-list');
      const first = await running.get('/api/v1/nodes?limit=500');
      assert.equal(first.body.items.length, 2);
      const second = await running.get(`/api/v1/nodes?limit=500&continue=${first.body.metadata.continue}`);
      assert.deepEqual([second.status, second.body.reason], [500, 'InternalError']);
    });

    it('no-such-kind: the group is gone from every path and every list', async () => {
      running.cluster.setOutage('no-such-kind');
      for (const path of [`/apis/${GROUP}`, `/apis/${GROUP}/v1`, `/apis/${GROUP}/v1/hyperconvergeds`, `/openapi/v3/apis/${GROUP}/v1`]) {
        assert.equal((await running.get(path)).status, 404);
      }
      const { groups } = (await running.get('/apis')).body;
      assert.deepEqual(
        groups.map(({ name }: { name: string }) => name),
        ['cdi.kubevirt.io', 'config.openshift.io', 'kubevirt.io', 'ssp.kubevirt.io'],
      );
      assert.deepEqual((await running.get('/openapi/v3')).body.paths, {});
      assert.equal((await running.get('/api/v1/nodes')).status, 200);
    });
  });

  it('logs what was asked of it, without prefix and query', async () => {
    await running.get('/api/v1/nodes?limit=1');
    await running.patch(crPath('v1'), {});
    assert.deepEqual(running.cluster.requests(), [
      { method: 'GET', path: '/api/v1/nodes' },
      { method: 'PATCH', path: crPath('v1') },
    ]);
  });

  it('tells its listeners of every change until they leave', async () => {
    let told = 0;
    const leave = running.cluster.subscribe(() => {
      told += 1;
    });
    running.cluster.removeNode('worker-1');
    await running.patch(crPath('v1'), { spec: { workloadSources: { enableMultiArchBootImageImport: true } } });
    running.cluster.setOutage('hang');
    assert.equal(told, 3);
    leave();
    running.cluster.setOutage(undefined);
    assert.equal(told, 3);
  });
});

const JSON_PATCH = 'application/json-patch+json';

function continued(token: string | undefined): { _continue: string } {
  assert.ok(token);
  return { _continue: token };
}

function placement(expression: object): object {
  const nodeSelectorTerms = [{ matchExpressions: [{ key: 'a', ...expression }] }];
  const workload = { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } } };
  return { spec: { deployment: { nodePlacements: { workload } } } };
}
