/** What a component changes beside what it brings, as kustomize renders it: one line in the overlay is enough. */
import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { KNATIVE, type Manifest, ofKind } from '../../knative/manifests.ts';
import { temporaryFolder } from '../servers/running.ts';
import { type Decisions, decide, render, TOGETHER } from './installation.ts';

type Objects = readonly Manifest[];

const rendered = async (decisions: Decisions) => render(await decide(decisions));
const settingsOf = (objects: Objects): Manifest =>
  ofKind(objects, 'v1', 'ConfigMap').find(({ metadata }) => metadata.name.startsWith('archwatch-settings')).data;
const serviceOf = (objects: Objects, name: string): Manifest =>
  ofKind(objects, 'serving.knative.dev', 'Service').find(({ metadata }) => metadata.name === name);
const variablesOf = (objects: Objects, name: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    serviceOf(objects, name).spec.template.spec.containers[0].env.map((variable: Manifest) => [variable.name, variable.value]),
  );

describe('one line switches on', () => {
  it('server-dry-run, the setting included, whatever was set before', async () => {
    assert.equal(settingsOf(await rendered({})).DRY_RUN, undefined);
    assert.equal(settingsOf(await rendered({ components: ['server-dry-run'] })).DRY_RUN, 'server');
    const set = await rendered({ components: ['server-dry-run'], settings: { DRY_RUN: 'schema' } });
    assert.equal(settingsOf(set).DRY_RUN, 'server');
  });

  it('no-buttons: no Service, no Secret to be made, no button; and its account is not left to a stranger of another namespace', async () => {
    const objects = await rendered({ components: ['no-buttons'], namespace: 'golden-images' });
    assert.equal(serviceOf(objects, 'slack-actions'), undefined);
    assert.ok(!JSON.stringify(objects.filter(({ kind }) => kind === 'Service')).includes('slack-signing'));
    assert.equal(settingsOf(objects).SLACK_BUTTONS, 'none');
    const subjects = objects.flatMap((object) => object.subjects ?? []);
    assert.ok(subjects.some(({ name }: Manifest) => name === 'slack-actions'));
    for (const { namespace } of subjects) assert.equal(namespace, 'golden-images');
  });

  for (const components of [['silences'], ['alertmanager-api-openshift', 'silences']]) {
    it(`${components.join(' and ')}: who asks Alertmanager finds it, by the account’s own token and OpenShift’s authority`, async () => {
      const objects = await rendered({ components });
      assert.equal(settingsOf(objects).SLACK_BUTTONS, 'check-again,acknowledge,silence');
      const asking = components.length === 2 ? ['node-events', 'slack-actions'] : ['slack-actions'];
      for (const { metadata, spec } of ofKind(objects, 'serving.knative.dev', 'Service')) {
        const { ALERTMANAGER_URL: url, ALERTMANAGER_API_TOKEN_FILE: token, ALERTMANAGER_CA_FILE: ca } = variablesOf(objects, metadata.name);
        if (!asking.includes(metadata.name)) {
          assert.deepEqual([url, token, ca], [undefined, undefined, undefined], metadata.name);
          continue;
        }
        assert.equal(url, 'https://alertmanager-main.openshift-monitoring.svc:9094');
        assert.equal(token, '/var/run/secrets/kubernetes.io/serviceaccount/token');
        const mount = spec.template.spec.containers[0].volumeMounts.find(({ name }: Manifest) => name === 'service-ca');
        const volume = spec.template.spec.volumes.find(({ name }: Manifest) => name === 'service-ca');
        assert.equal(ca, `${mount.mountPath}/service-ca.crt`);
        assert.equal(volume.configMap.name, 'openshift-service-ca.crt');
      }
    });
  }

  it('alertmanager-api-openshift and silences: the namespace of the setting, in the address and in what is granted', async () => {
    const settings = { ALERTMANAGER_NAMESPACE: 'monitoring' };
    const objects = await rendered({ components: ['alertmanager-api-openshift', 'silences'], settings });
    for (const name of ['node-events', 'slack-actions'])
      assert.equal(variablesOf(objects, name).ALERTMANAGER_URL, 'https://alertmanager-main.monitoring.svc:9094');
    for (const name of ['archwatch-alertmanager-api', 'archwatch-silences'])
      assert.equal(objects.find(({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === name).metadata.namespace, 'monitoring');
  });

  for (const components of [['knative-oidc'], ['node-updates', 'knative-oidc'], TOGETHER]) {
    it(`knative-oidc (${components.join(', ')}): each function asks for the audience with which it is called, of the Triggers’ own accounts`, async () => {
      const namespace = 'golden-images';
      const objects = await rendered({ components, namespace });
      const triggers = ofKind(objects, 'eventing.knative.dev', 'Trigger');
      const audienceOf = (name: string) => variablesOf(objects, name).OIDC_AUDIENCE;
      for (const { metadata, spec } of triggers) {
        assert.ok(spec.subscriber.audience);
        assert.equal(spec.subscriber.audience, audienceOf(spec.subscriber.ref.name), metadata.name);
      }
      for (const { kind, metadata, spec } of [...triggers, ...ofKind(objects, 'eventing.knative.dev', 'Broker')]) {
        assert.equal(spec.delivery.deadLetterSink.audience, audienceOf('dead-letter'), `${kind} ${metadata.name}`);
      }
      const { OIDC_SUBJECTS: subjects = '' } = variablesOf(objects, 'node-events');
      const listed = subjects.replaceAll('$(NAMESPACE)', namespace).split(',');
      // eventing, pkg/auth/serviceaccount.go: <name>-oidc-<group>-<kind> in lower case, cut where it is longer than 63
      const senders = triggers
        .filter(({ spec }) => spec.subscriber.ref.name === 'node-events')
        .map(({ metadata }) => `system:serviceaccount:${namespace}:${metadata.name}-oidc-eventing.knative.dev-trigger`);
      for (const sender of senders) assert.ok(listed.includes(sender), sender);
      for (const subject of listed) assert.ok((subject.split(':').at(-1)?.length ?? 0) <= 63, subject);
      assert.equal(
        variablesOf(objects, 'dead-letter').OIDC_SUBJECTS,
        undefined,
        'the account that sends dead letters has a name that nobody knows',
      );
      for (const other of ['alertmanager-webhook', 'slack-actions']) assert.equal(audienceOf(other), undefined, other);
    });
  }
});

describe('what is switched on besides', () => {
  it('asks for no token, and names no audience: what is alpha in Knative is in its own component alone', async () => {
    const objects = await rendered({ components: TOGETHER.filter((name) => name !== 'knative-oidc') });
    assert.doesNotMatch(JSON.stringify(objects), /audience|OIDC/i);
  });
});

describe('a kustomization on top of an overlay', () => {
  const above = async (lines: string) => {
    const folder = join(await temporaryFolder(), 'above');
    await mkdir(folder);
    const overlay = await decide({ components: TOGETHER });
    const text = `resources: [${relative(folder, overlay)}]\nnamespace: golden-images\n${lines}`;
    await writeFile(join(folder, 'kustomization.yaml'), text);
    return render(folder);
  };
  const grants = (objects: Objects) =>
    objects.filter(({ kind }) => kind === 'RoleBinding').map(({ metadata, subjects }) => ({ metadata, subjects }));

  it('moves everything to another namespace with the line `transformers`, and what is granted elsewhere stays there', async () => {
    const folder = join(await temporaryFolder(), 'above');
    const objects = await above(`transformers: [${relative(folder, join(KNATIVE, 'settings'))}]\n`);
    assert.deepEqual(grants(objects), grants(await rendered({ components: TOGETHER, namespace: 'golden-images' })));
  });

  it('would, without that line, move what is granted elsewhere as well', async () => {
    const moved = grants(await above('')).filter(({ metadata }) => metadata.namespace === 'golden-images');
    assert.ok(moved.some(({ metadata }) => metadata.name === 'archwatch-operator'));
  });
});
