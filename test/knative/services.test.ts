/** What Knative Serving takes, and what its defaults would cost: knative.dev/docs/serving. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type Manifest, objectsIn, ofKind } from './manifests.ts';

const FUNCTIONS = ['alertmanager-webhook', 'dead-letter', 'node-events', 'slack-actions'];
/** Slack calls from outside. */
const PUBLIC = ['slack-actions'];
const objects = objectsIn('base');
const services = ofKind(objects, 'serving.knative.dev', 'Service');
const podOf = (service: Manifest): Manifest => service.spec.template.spec;
const containerOf = (service: Manifest): Manifest => podOf(service).containers[0];
const annotationsOf = (service: Manifest): Manifest => service.spec.template.metadata.annotations;

/** Of a pod's fields, those that Serving takes with the features that it has switched on by itself (its ConfigMap config-features). */
const POD_FIELDS = [
  'serviceAccountName',
  'containerConcurrency',
  'timeoutSeconds',
  'responseStartTimeoutSeconds',
  'idleTimeoutSeconds',
  'containers',
  'volumes',
  'imagePullSecrets',
  'enableServiceLinks',
];
const CONTAINER_FIELDS = [
  'image',
  'args',
  'ports',
  'envFrom',
  'env',
  'readinessProbe',
  'livenessProbe',
  'resources',
  'securityContext',
  'volumeMounts',
];
const VOLUMES = ['secret', 'configMap', 'projected', 'emptyDir'];
/** Of queue-proxy, and 8112 as well. */
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 8112, 9090, 9091];
const RESERVED_NAMES = ['PORT', 'K_SERVICE', 'K_REVISION', 'K_CONFIGURATION'];
const RESTRICTED = {
  runAsNonRoot: true,
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
};

describe('the Services of the functions', () => {
  it('are those functions that there are, each with a service account of its own', () => {
    assert.deepEqual(services.map(({ metadata }) => metadata.name).sort(), FUNCTIONS);
    for (const service of services) {
      const { name } = service.metadata;
      assert.ok(existsSync(new URL(`../../functions/${name}/index.ts`, import.meta.url)), name);
      assert.deepEqual([podOf(service).serviceAccountName, containerOf(service).args], [name, [`/app/${name}.js`]]);
      assert.ok(ofKind(objects, 'v1', 'ServiceAccount').some(({ metadata }) => metadata.name === name));
    }
  });

  for (const service of services) {
    describe(service.metadata.name, () => {
      const pod = podOf(service);
      const container = containerOf(service);

      it(`has ${PUBLIC.includes(service.metadata.name) ? 'an' : 'no'} address outside the cluster`, () => {
        const visibility = PUBLIC.includes(service.metadata.name) ? undefined : 'cluster-local';
        assert.equal(service.metadata.labels?.['networking.knative.dev/visibility'], visibility);
      });

      it('says nothing that Serving refuses or ignores: no placement, no lifecycle, no grace period, no init container', () => {
        assert.deepEqual(
          Object.keys(pod).filter((field) => !POD_FIELDS.includes(field)),
          [],
        );
        assert.deepEqual(
          Object.keys(container).filter((field) => !CONTAINER_FIELDS.includes(field)),
          [],
        );
        assert.equal(pod.containers.length, 1);
        for (const { name: _, ...source } of pod.volumes) assert.ok(VOLUMES.includes(Object.keys(source).join()), JSON.stringify(source));
        for (const { valueFrom } of container.env) assert.equal(valueFrom, undefined, 'fieldRef is off in Serving');
      });

      it('has time to end: Knative takes thirty seconds of timeoutSeconds before it says so', () => {
        assert.ok(pod.timeoutSeconds >= 60 && pod.timeoutSeconds <= 600, `${pod.timeoutSeconds}`);
      });

      it('neither grows without bound nor takes everything at once', () => {
        const annotations = annotationsOf(service);
        assert.deepEqual(Object.keys(annotations).sort(), ['autoscaling.knative.dev/max-scale', 'autoscaling.knative.dev/min-scale']);
        for (const value of Object.values(annotations)) assert.match(String(value), /^\d$/);
        assert.equal(annotations['autoscaling.knative.dev/max-scale'], '2');
        const most = service.metadata.name === 'slack-actions' ? 100 : 20; // strangers can begin a click
        assert.ok(pod.containerConcurrency >= 1 && pod.containerConcurrency <= most, '0 is any number');
      });

      it('takes no port and no variable that Serving keeps for itself', () => {
        const ports: number[] = container.ports.map(({ containerPort }: Manifest) => containerPort);
        assert.deepEqual(ports, [8080]);
        assert.deepEqual(
          ports.filter((port) => RESERVED_PORTS.includes(port)),
          [],
        );
        assert.deepEqual(
          container.env.filter(({ name }: Manifest) => RESERVED_NAMES.includes(name)),
          [],
        );
      });

      it('is asked whether it is live and ready where nobody asks Slack or the API server, at Knative’s own pace', () => {
        assert.deepEqual(container.readinessProbe, { httpGet: { path: '/health/readiness' } });
        assert.deepEqual(container.livenessProbe, { httpGet: { path: '/health/liveness' } });
      });

      it('is restricted as the strictest Pod Security Standard wants it, on a read-only root', () => {
        assert.deepEqual(container.securityContext, RESTRICTED);
        for (const { readOnly } of container.volumeMounts) assert.equal(readOnly, true);
      });

      it('asks for memory within a limit, and has no limit of CPU', () => {
        assert.deepEqual(container.resources, { requests: { cpu: '50m', memory: '96Mi' }, limits: { memory: '256Mi' } });
      });

      it('mounts each of its volumes, and its secrets are files', () => {
        assert.deepEqual(
          container.volumeMounts.map(({ name }: Manifest) => name).sort(),
          pod.volumes.map(({ name }: Manifest) => name).sort(),
        );
        const mounted = container.volumeMounts.map(({ mountPath }: Manifest) => `${mountPath}/token`);
        const files = container.env.filter(({ name }: Manifest) => /_(TOKEN|SECRET)_FILE$/.test(name)).map(({ value }: Manifest) => value);
        assert.deepEqual(files.sort(), mounted.sort());
      });
    });
  }

  it('are reached through Knative’s gateways, and by Prometheus’ namespaces, and by no other pod', () => {
    const policies = ofKind([...objects, ...objectsIn('components')], 'networking.k8s.io', 'NetworkPolicy');
    assert.deepEqual(policies.map(({ metadata }) => metadata.name).sort(), ['functions', 'metrics']);
    for (const { metadata, spec } of policies) {
      const [{ key, operator, values }, ...others] = spec.podSelector.matchExpressions;
      assert.deepEqual([key, operator, others], ['serving.knative.dev/service', 'In', []], metadata.name);
      assert.deepEqual(values.toSorted(), FUNCTIONS, metadata.name);
      assert.deepEqual(spec.policyTypes, ['Ingress']);
    }
  });

  it('are awake only where somebody waits: Alertmanager’s peers fifteen seconds, Slack three', () => {
    const awake = services.filter((service) => annotationsOf(service)['autoscaling.knative.dev/min-scale'] !== '0');
    assert.deepEqual(
      awake.map(({ metadata }) => metadata.name),
      ['alertmanager-webhook', 'slack-actions'],
    );
  });
});
