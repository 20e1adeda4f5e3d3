/** The traps of Knative Eventing: what a Trigger leaves out, what a source drops, and what nobody replays. */
import assert from 'node:assert/strict';
import { CHANGES, PING } from '../../shared/knative-events.ts';
import { type Manifest, objectsIn, ofKind, readManifest } from './manifests.ts';

const objects = objectsIn('base');
const everywhere = [...objects, ...objectsIn('components')];
const sources = objects.filter(({ apiVersion }) => apiVersion.startsWith('sources.knative.dev/'));
const apiServerSources = ofKind(objects, 'sources.knative.dev', 'ApiServerSource');
const triggers = ofKind(everywhere, 'eventing.knative.dev', 'Trigger');
const broker = ofKind(objects, 'eventing.knative.dev', 'Broker')[0];
const serviceOf = (name: string): Manifest =>
  ofKind(objects, 'serving.knative.dev', 'Service').find(({ metadata }) => metadata.name === name);
const named = (list: readonly Manifest[], name: string): Manifest => list.find(({ metadata }) => metadata.name === name);

const DEAD_LETTER = { ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'dead-letter' } };
const TO_THE_BROKER = { ref: { apiVersion: 'eventing.knative.dev/v1', kind: 'Broker', name: 'archwatch' } };

describe('what is delivered', () => {
  for (const { kind, metadata, spec } of [broker, ...triggers]) {
    it(`by the ${kind} ${metadata.name} is tried again, in time, and else a dead letter: all is said, for nothing is inherited`, () => {
      assert.deepEqual(spec.delivery, {
        retry: 5,
        backoffPolicy: 'exponential',
        backoffDelay: 'PT2S',
        timeout: 'PT60S',
        deadLetterSink: DEAD_LETTER,
      });
    });
  }

  for (const { metadata, spec } of triggers) {
    it(`by the Trigger ${metadata.name} goes to a function that is not cut off before the Trigger gives up`, () => {
      const { ref, ...rest } = spec.subscriber;
      assert.deepEqual({ ...ref, name: '' }, { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: '' });
      assert.ok(serviceOf(ref.name).spec.template.spec.timeoutSeconds > 60);
      assert.deepEqual(rest, ref.name === 'node-events' ? { uri: '/events' } : {});
    });

    it(`by the Trigger ${metadata.name} is filtered by attributes, in the way that needs no alpha flag`, () => {
      assert.deepEqual(Object.keys(spec).sort(), ['broker', 'delivery', 'filters', 'subscriber']);
      assert.equal(spec.broker, broker.metadata.name);
      const attributes = spec.filters.flatMap(exactFilters).flatMap((filter: object) => Object.keys(filter));
      assert.deepEqual(
        [...new Set(attributes)].filter((name) => name !== 'type' && name !== 'kind'),
        [],
      );
    });
  }

  it('needs nothing that is alpha or off by default', () => {
    const text = JSON.stringify(everywhere);
    for (const alpha of ['audience', 'brokerRef', 'retryAfterMax', 'EventPolicy', 'CACerts', 'skip-permissions-check']) {
      assert.ok(!text.includes(`"${alpha}`), alpha);
    }
  });
});

describe('what is let through', () => {
  const events = [
    ...[...CHANGES.keys()].flatMap((type) => ['Node', 'HyperConverged'].map((kind) => ({ type, kind }))),
    { type: PING, kind: undefined },
    { type: 'com.example.other', kind: 'Pod' },
  ].filter(({ type }) => !type.startsWith('dev.knative.apiserver.ref.'));
  const passing = (name: string) =>
    events
      .filter((event) =>
        named(triggers, name).spec.filters.every((filter: Manifest) => exactFilters(filter).some((exact) => matches(exact, event))),
      )
      .map(({ type, kind }) => [kind, type.split('.').at(-1)].join(' '));

  it('to node-events: Nodes that come and go, all of the HyperConverged, the ping', () => {
    assert.deepEqual(passing('changes').sort(), [
      ' ping',
      'HyperConverged add',
      'HyperConverged delete',
      'HyperConverged update',
      'Node add',
      'Node delete',
    ]);
  });

  it('with the component node-updates: updates of Nodes, and nothing twice', () => {
    assert.deepEqual(passing('node-updates'), ['Node update']);
  });

  it('to dead-letter: the ping', () => assert.deepEqual(passing('dead-letters-hourly'), [' ping']));
});

describe('the sources', () => {
  it('hand everything to the Broker: what a function refuses they would drop', () => {
    for (const { metadata, spec } of sources) assert.deepEqual(spec.sink, TO_THE_BROKER, metadata.name);
  });

  it('send whole objects, of which an event’s uid and version are', () => {
    for (const { metadata, spec } of apiServerSources) assert.equal(spec.mode, 'Resource', metadata.name);
  });

  it('name the cluster, for their own name of it is the same in many', () => {
    const { replacements } = readManifest('settings/fill-in.yaml');
    const cluster = replacements.find(({ source }: Manifest) => source.fieldPath === 'data.CLUSTER_NAME');
    assert.deepEqual(cluster.targets, [{ select: { group: 'sources.knative.dev' }, fieldPaths: ['spec.ceOverrides.extensions.cluster'] }]);
    for (const { metadata, spec } of sources) assert.deepEqual(Object.keys(spec.ceOverrides.extensions), ['cluster'], metadata.name);
  });

  it('watch all Nodes: no namespace, no owner, no selector would leave the right ones, and filters need an alpha flag', () => {
    const { spec } = named(apiServerSources, 'nodes');
    assert.deepEqual(Object.keys(spec).sort(), ['ceOverrides', 'mode', 'resources', 'serviceAccountName', 'sink']);
    assert.deepEqual(spec.resources, [{ apiVersion: 'v1', kind: 'Node' }]);
  });

  it('watch the HyperConverged in one namespace by its name, in the version that every release serves', () => {
    const { spec } = named(apiServerSources, 'hyperconverged');
    assert.deepEqual(Object.keys(spec.namespaceSelector.matchLabels), ['kubernetes.io/metadata.name']);
    assert.deepEqual(spec.resources, [{ apiVersion: 'hco.kubevirt.io/v1beta1', kind: 'HyperConverged' }]);
  });

  it('may get, list and watch what they watch, by a ClusterRole: with less, they never become ready, or watch nothing', () => {
    for (const { spec } of apiServerSources) {
      const bindings = ofKind(objects, 'rbac.authorization.k8s.io', 'ClusterRoleBinding').filter(({ subjects }) =>
        subjects.some(({ name }: Manifest) => name === spec.serviceAccountName),
      );
      const roles = bindings.map(({ roleRef }) => named(ofKind(objects, 'rbac.authorization.k8s.io', 'ClusterRole'), roleRef.name));
      assert.deepEqual(
        roles.flatMap(({ rules }) => rules.map(({ verbs }: Manifest) => verbs)),
        [['get', 'list', 'watch']],
      );
    }
  });

  it('have an hourly ping beside them, which makes up for what they never replay', () => {
    const [ping, ...others] = ofKind(objects, 'sources.knative.dev', 'PingSource');
    assert.equal(others.length, 0);
    assert.match(ping.spec.schedule, /^[1-5]\d \* \* \* \*$/);
  });
});

describe('the Broker', () => {
  it('is of a class that its users know, and holds the source up rather than lose what is under way', () => {
    assert.deepEqual(broker.metadata.annotations, { 'eventing.knative.dev/broker.class': 'MTChannelBasedBroker' });
  });

  it('has an EventType for each type that a source of ours sends through it, and for no other', () => {
    const types = ofKind(objects, 'eventing.knative.dev', 'EventType');
    for (const { spec } of types) assert.deepEqual(spec.reference, TO_THE_BROKER.ref);
    const sent = [...CHANGES.keys(), PING].filter((type) => !type.startsWith('dev.knative.apiserver.ref.'));
    assert.deepEqual(types.map(({ spec }) => spec.type).sort(), sent.sort());
  });
});

function exactFilters(filter: Manifest): readonly Manifest[] {
  assert.equal(Object.keys(filter).length, 1, 'one dialect to a filter');
  return filter.any ? filter.any.flatMap(exactFilters) : [filter.exact];
}

function matches(exact: object, event: Readonly<Record<string, string | undefined>>): boolean {
  return Object.entries(exact).every(([name, value]) => event[name] === value);
}
