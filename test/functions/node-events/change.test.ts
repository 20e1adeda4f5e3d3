import assert from 'node:assert/strict';
import { type Change, type EventMeaning, readEvent } from '../../../functions/node-events/change.ts';
import { type CloudEvent, parseEvents } from '../../../shared/cloudevents.ts';
import { CAPTURED, capturedEvent, eventOf, nodeObject, pingEvent, received } from '../../helpers/events.ts';

const meaningOf = (request: Parameters<typeof received>[0]): EventMeaning => {
  const [event] = parseEvents(received(request));
  assert.ok(event);
  return readEvent(event);
};
const changeOf = (meaning: EventMeaning): Change => {
  assert.ok(meaning.kind === 'change', JSON.stringify(meaning));
  return meaning;
};
const event = (over: Partial<CloudEvent>): CloudEvent => ({
  ...{ id: '1', source: '/x', subject: undefined, data: undefined },
  ...{ type: 'dev.knative.apiserver.resource.add', extensions: {} },
  ...over,
});

describe('readEvent', () => {
  const NODE = { resource: 'nodes', name: 'worker-arm-1', uid: '359e3a08-68f1-4b73-ae55-16db8d5edf13' };
  const HCO = { resource: 'hyperConverged', name: 'kubevirt-hyperconverged', uid: 'ed951dd7-2ddd-4cb0-972f-8fdaa87b2b89' };
  const SAID = {
    'node-add': { ...NODE, action: 'add', resourceVersion: '280' },
    'node-update': { ...NODE, action: 'update', resourceVersion: '281' },
    'node-delete': { ...NODE, action: 'delete', resourceVersion: '284' },
    'hyperconverged-add': { ...HCO, action: 'add', resourceVersion: '283' },
  };
  for (const name of CAPTURED) {
    it(`reads the captured ${name}`, () => {
      const { digest, ...said } = changeOf(meaningOf(capturedEvent(name)));
      assert.deepEqual(said, { kind: 'change', ...SAID[name] });
      assert.ok(digest);
    });
  }

  it('sees in the captured events that the kubelet reported its architecture after the node was added', () => {
    const [add, update, gone] = (['node-add', 'node-update', 'node-delete'] as const).map((name) =>
      changeOf(meaningOf(capturedEvent(name))),
    );
    assert.notEqual(add?.digest, update?.digest);
    assert.equal(update?.digest, gone?.digest);
  });

  it('knows the ping', () => assert.deepEqual(meaningOf(pingEvent()), { kind: 'ping' }));

  for (const action of ['add', 'update', 'delete'] as const) {
    it(`reads a reference to a node: ${action}, without what it does not say`, () => {
      const said = readEvent(event({ type: `dev.knative.apiserver.ref.${action}`, data: { kind: 'Node', name: 'n1', apiVersion: 'v1' } }));
      const nothing = { uid: undefined, resourceVersion: undefined, digest: undefined };
      assert.deepEqual(said, { kind: 'change', resource: 'nodes', action, name: 'n1', ...nothing });
    });
  }

  const ABOUT: readonly { readonly when: string; readonly over: Partial<CloudEvent>; readonly is: Change['resource'] | undefined }[] = [
    { when: 'only attributes say Node', over: { extensions: { kind: 'Node', apiversion: 'v1' } }, is: 'nodes' },
    { when: 'only the body says Node', over: { data: { kind: 'Node', apiVersion: 'v1' } }, is: 'nodes' },
    {
      when: 'the body disagrees',
      over: { extensions: { kind: 'Node', apiversion: 'v1' }, data: { kind: 'Pod', apiVersion: 'v1' } },
      is: undefined,
    },
    { when: 'attributes disagree', over: { extensions: { kind: 'Pod', apiversion: 'v1' }, data: { kind: 'Node' } }, is: 'nodes' },
    { when: 'the body is not an object', over: { extensions: { kind: 'Node' }, data: 'x' }, is: 'nodes' },
    { when: 'a member of the body has another shape', over: { data: { kind: 'Node', metadata: [], status: 3 } }, is: 'nodes' },
    { when: 'it is a Node of somebody else', over: { extensions: { kind: 'Node', apiversion: 'example.com/v1' } }, is: undefined },
    { when: 'nothing says what it is', over: { subject: '/apis/v1/namespaces//nodes/n1' }, is: undefined },
    ...['v1', 'v1beta1', 'v2'].map((version) => ({
      when: `it is a HyperConverged of ${version}`,
      over: { extensions: { kind: 'HyperConverged', apiversion: `hco.kubevirt.io/${version}` } },
      is: 'hyperConverged' as const,
    })),
    {
      when: 'it is a HyperConverged of another group',
      over: { extensions: { kind: 'HyperConverged', apiversion: 'x.io/v1' } },
      is: undefined,
    },
  ];
  for (const { when, over, is } of ABOUT) {
    it(`says ${is ?? 'other'} when ${when}`, () => {
      const said = readEvent(event(over));
      assert.equal(said.kind === 'change' ? said.resource : undefined, is);
    });
  }

  for (const type of ['dev.knative.apiserver.resource.added', 'x.dev.knative.apiserver.resource.add', 'dev.knative.sources.pings', '']) {
    it(`leaves the type ${JSON.stringify(type)} alone`, () =>
      assert.equal(readEvent(event({ type, extensions: { kind: 'Node' } })).kind, 'other'));
  }

  for (const { what, field, longest } of [
    { what: 'uid', field: 'uid', longest: 64 },
    { what: 'version', field: 'resourceVersion', longest: 32 },
    { what: 'name', field: 'name', longest: 253 },
  ] as const) {
    it(`takes a ${what} of more than ${longest} characters for none`, () => {
      const read = (length: number) => {
        const metadata = { [field]: '7'.repeat(length) };
        return changeOf(readEvent(event({ data: { kind: 'Node', metadata } })))[field]?.length;
      };
      assert.deepEqual([read(longest), read(longest + 1)], [longest, undefined]);
    });
  }

  it('reads an object that is nested too deep as one that says nothing', () => {
    const depth = 200_000;
    const body = `{"apiVersion":"hco.kubevirt.io/v1","kind":"HyperConverged","metadata":{"uid":"u"},"spec":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    const { headers } = eventOf('update', { apiVersion: 'hco.kubevirt.io/v1', kind: 'HyperConverged', metadata: { name: 'x' } });
    assert.equal(changeOf(meaningOf({ headers, body })).digest, undefined);
  });
});

describe('the digest of an object', () => {
  const digest = (object: unknown, kind = 'Node') => changeOf(readEvent(event({ data: object, extensions: { kind } }))).digest;
  const node = nodeObject({ labels: { a: '1', b: '2' } });
  const hyperConverged = {
    apiVersion: 'hco.kubevirt.io/v1',
    kind: 'HyperConverged',
    metadata: { uid: 'u', generation: 3, resourceVersion: '7', managedFields: [1], annotations: { a: '1' } },
    spec: { featureGates: [] },
    status: { conditions: [1], relatedObjects: [1], nodeInfo: { workloadsArchitectures: ['amd64'] }, dataImportCronTemplates: [] },
  };
  const { metadata, spec, status } = hyperConverged;
  const CASES: readonly { readonly what: string; readonly before: object; readonly after: object; readonly matters: boolean }[] = [
    { what: 'a label', before: node, after: { ...node, metadata: { ...node.metadata, labels: { a: '1', b: '3' } } }, matters: true },
    { what: 'a label less', before: node, after: { ...node, metadata: { ...node.metadata, labels: { a: '1' } } }, matters: true },
    {
      what: 'the order of labels',
      before: node,
      after: { ...node, metadata: { ...node.metadata, labels: { b: '2', a: '1' } } },
      matters: false,
    },
    {
      what: 'an annotation of a node',
      before: node,
      after: { ...node, metadata: { ...node.metadata, annotations: { heartbeat: 'x' } } },
      matters: false,
    },
    { what: 'the architecture', before: node, after: { ...node, status: { nodeInfo: { architecture: 'amd64' } } }, matters: true },
    {
      what: 'a condition of a node',
      before: node,
      after: { ...node, status: { ...node.status, conditions: [{ type: 'Ready' }] } },
      matters: false,
    },
    { what: 'the spec', before: hyperConverged, after: { ...hyperConverged, spec: { ...spec, x: 1 } }, matters: true },
    {
      what: 'an annotation',
      before: hyperConverged,
      after: { ...hyperConverged, metadata: { ...metadata, annotations: {} } },
      matters: true,
    },
    {
      what: 'the golden images',
      before: hyperConverged,
      after: { ...hyperConverged, status: { ...status, dataImportCronTemplates: [1] } },
      matters: true,
    },
    {
      what: 'the operator’s nodes',
      before: hyperConverged,
      after: { ...hyperConverged, status: { ...status, nodeInfo: {} } },
      matters: true,
    },
    { what: 'conditions', before: hyperConverged, after: { ...hyperConverged, status: { ...status, conditions: [2] } }, matters: false },
    {
      what: 'related objects',
      before: hyperConverged,
      after: { ...hyperConverged, status: { ...status, relatedObjects: [2] } },
      matters: false,
    },
    {
      what: 'owners of fields',
      before: hyperConverged,
      after: { ...hyperConverged, metadata: { ...metadata, managedFields: [2], resourceVersion: '8' } },
      matters: false,
    },
  ];
  for (const { what, before, after, matters } of CASES) {
    it(`${matters ? 'changes' : 'stays'} with ${what}`, () => {
      const kind = before === node ? 'Node' : 'HyperConverged';
      assert.equal(digest(before, kind) !== digest(after, kind), matters);
    });
  }
});
