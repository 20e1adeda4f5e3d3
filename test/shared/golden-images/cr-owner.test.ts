import assert from 'node:assert/strict';
import fc from 'fast-check';
import { crOwnerSentence, readAppliers, readCrOwners } from '../../../shared/golden-images/cr-owner.ts';
import type { Json, JsonObject } from '../../../shared/golden-images/json.ts';
import { hyperConverged } from '../../helpers/cluster-objects.ts';

const NAME = 'kubevirt-hyperconverged';
const SELF = `hco.kubevirt.io/HyperConverged:${NAME}/${NAME}`;
const HASH = 'a1b2'.repeat(16);
const GATE = { 'f:spec': { 'f:workloadSources': { 'f:enableMultiArchBootImageImport': {} } } };

function wrote(manager: string, changes: JsonObject = {}): JsonObject {
  const usual = { apiVersion: 'hco.kubevirt.io/v1', fieldsType: 'FieldsV1', operation: 'Update', time: '2026-11-22T10:00:00Z' };
  return { ...usual, manager, fieldsV1: GATE, ...changes };
}

function cr(metadata: JsonObject): JsonObject {
  return hyperConverged({ gate: false, patch: { metadata } });
}

const labels = (key: string, value: Json): JsonObject => ({ labels: { [key]: value } });
const annotations = (key: string, value: Json): JsonObject => ({ annotations: { [key]: value } });
const TRACKING = 'argocd.argoproj.io/tracking-id';
const WORK = { apiVersion: 'work.open-cluster-management.io/v1', kind: 'AppliedManifestWork', uid: 'x' };

/** The owners as `tool name`, with a question mark where only a field manager says so. */
function ownersOf(metadata: JsonObject): readonly string[] {
  return readCrOwners(cr(metadata)).map(({ tool, name, isMarked }) => `${tool} ${name ?? '-'}${isMarked ? '' : '?'}`);
}

describe('the owner of the CR', () => {
  const cases: readonly { by: string; metadata: JsonObject; owners: readonly string[] }[] = [
    { by: 'nothing', metadata: {}, owners: [] },
    { by: 'Argo CD’s tracking id', metadata: annotations(TRACKING, `hco:${SELF}`), owners: ['argo-cd hco'] },
    {
      by: 'the tracking id of an application in any namespace',
      metadata: annotations(TRACKING, `virt_hco:${SELF}`),
      owners: ['argo-cd virt/hco'],
    },
    { by: 'a tracking id that was copied from another object', metadata: annotations(TRACKING, `hco:apps/Deployment:a/b`), owners: [] },
    { by: 'a tracking id of another name', metadata: annotations(TRACKING, `hco:${SELF}-2`), owners: [] },
    { by: 'a tracking id without an application', metadata: annotations(TRACKING, `:${SELF}`), owners: [] },
    { by: 'Argo CD’s instance label', metadata: labels('argocd.argoproj.io/instance', 'virt_hco'), owners: ['argo-cd virt/hco'] },
    { by: 'Argo CD’s instance annotation', metadata: annotations('argocd.argoproj.io/instance', 'hco'), owners: ['argo-cd hco'] },
    { by: 'the instance label that Helm has too', metadata: labels('app.kubernetes.io/instance', 'hco'), owners: [] },
    {
      by: 'that label and Argo CD’s field manager',
      metadata: { ...labels('app.kubernetes.io/instance', 'hco'), managedFields: [wrote('argocd-controller')] },
      owners: ['argo-cd hco'],
    },
    { by: 'the field manager argocd-controller', metadata: { managedFields: [wrote('argocd-controller')] }, owners: ['argo-cd -?'] },
    {
      by: 'the field manager argocd-application-controller',
      metadata: { managedFields: [wrote('argocd-application-controller')] },
      owners: ['argo-cd -?'],
    },
    {
      by: 'who wrote only the status',
      metadata: { managedFields: [wrote('argocd-controller', { subresource: 'status' })] },
      owners: [],
    },
    {
      by: 'the labels of a Kustomization',
      metadata: { labels: { 'kustomize.toolkit.fluxcd.io/name': 'virt', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' } },
      owners: ['flux-kustomization flux-system/virt'],
    },
    {
      by: 'a Kustomization of no namespace',
      metadata: labels('kustomize.toolkit.fluxcd.io/name', 'virt'),
      owners: ['flux-kustomization virt'],
    },
    { by: 'a Kustomization of an empty name', metadata: labels('kustomize.toolkit.fluxcd.io/name', ''), owners: [] },
    { by: 'a Kustomization of no name', metadata: labels('kustomize.toolkit.fluxcd.io/namespace', 'flux-system'), owners: [] },
    { by: 'kustomize-controller', metadata: { managedFields: [wrote('kustomize-controller')] }, owners: ['flux-kustomization -?'] },
    {
      by: 'the labels of a HelmRelease, beside Helm’s own marks',
      metadata: {
        labels: {
          'helm.toolkit.fluxcd.io/name': 'hco',
          'helm.toolkit.fluxcd.io/namespace': 'virt',
          'app.kubernetes.io/managed-by': 'Helm',
        },
        annotations: { 'meta.helm.sh/release-name': 'hco', 'meta.helm.sh/release-namespace': 'virt' },
      },
      owners: ['flux-helm-release virt/hco'],
    },
    { by: 'helm-controller', metadata: { managedFields: [wrote('helm-controller')] }, owners: ['flux-helm-release -?'] },
    {
      by: 'a Helm release',
      metadata: { annotations: { 'meta.helm.sh/release-name': 'hco', 'meta.helm.sh/release-namespace': 'virt' } },
      owners: ['helm virt/hco'],
    },
    { by: 'the label that a chart was rendered', metadata: labels('app.kubernetes.io/managed-by', 'Helm'), owners: [] },
    { by: 'Helm’s field manager', metadata: { managedFields: [wrote('helm')] }, owners: ['helm -?'] },
    { by: 'the controller of ACM policies', metadata: { managedFields: [wrote('config-policy-controller')] }, owners: ['acm-policy -?'] },
    {
      by: 'an ACM subscription',
      metadata: annotations('apps.open-cluster-management.io/hosting-subscription', 'virt/hco'),
      owners: ['acm-subscription virt/hco'],
    },
    {
      by: 'a ManifestWork',
      metadata: {
        ownerReferences: [
          { kind: 'Other', name: 'x' },
          { ...WORK, name: `${HASH}-addon-hco-deploy-0` },
        ],
      },
      owners: ['manifest-work addon-hco-deploy-0'],
    },
    { by: 'a ManifestWork of an unknown hub', metadata: { ownerReferences: [{ ...WORK, name: 'hco' }] }, owners: ['manifest-work hco'] },
    {
      by: 'another kind of that name',
      metadata: { ownerReferences: [{ ...WORK, apiVersion: 'example.org/v1', name: 'hco' }] },
      owners: [],
    },
    { by: 'the work agent', metadata: { managedFields: [wrote('work-agent-hco')] }, owners: ['manifest-work -?'] },
    { by: 'the work agent of old', metadata: { managedFields: [wrote('work')] }, owners: ['manifest-work -?'] },
    {
      by: 'a person and the operator',
      metadata: { managedFields: [wrote('kubectl-edit'), wrote('hyperconverged-cluster-operator')] },
      owners: [],
    },
    {
      by: 'two tools',
      metadata: { ...annotations(TRACKING, `hco:${SELF}`), managedFields: [wrote('config-policy-controller'), wrote('argocd-controller')] },
      owners: ['argo-cd hco', 'acm-policy -?'],
    },
    {
      by: 'marks that are malformed',
      metadata: { labels: [1], annotations: { [TRACKING]: 7 }, ownerReferences: 'x', managedFields: 3 },
      owners: [],
    },
  ];
  for (const { by, metadata, owners } of cases) {
    it(`by ${by} is ${owners.join(' and ') || 'not known'}`, () => assert.deepEqual(ownersOf(metadata), owners));
  }

  it('is never an error, whatever the metadata', () => {
    const keys = fc.constantFrom('labels', 'annotations', 'ownerReferences', 'managedFields', 'name');
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue()), fc.jsonValue(), (metadata, other) => {
        const objects = [{ metadata }, { metadata: other }].map((value) => JSON.parse(JSON.stringify(value)));
        for (const object of objects) assert.ok(readCrOwners(object).every((owner) => crOwnerSentence(owner).endsWith('.')));
      }),
    );
  });

  it('by an application’s name is that name, whatever it holds', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/), (namespace, name) => {
        assert.deepEqual(ownersOf(annotations(TRACKING, `${namespace}_${name}:${SELF}`)), [`argo-cd ${namespace}/${name}`]);
      }),
    );
  });
});

describe('who applies what a change touches', () => {
  const applied = (manager: string, changes: JsonObject = {}) => wrote(manager, { operation: 'Apply', ...changes });
  const PATHS = [['spec', 'workloadSources', 'enableMultiArchBootImageImport']];
  const V1BETA1 = {
    apiVersion: 'hco.kubevirt.io/v1beta1',
    fieldsV1: { 'f:spec': { 'f:featureGates': { 'f:enableMultiArchBootImageImport': {} } } },
  };
  const cases: readonly { who: string; managedFields: readonly JsonObject[]; names: readonly string[] }[] = [
    {
      who: 'a manager that applied the field',
      managedFields: [applied('team-b'), applied('team-c'), applied('team-a')],
      names: ['team-a', 'team-b', 'team-c'],
    },
    { who: 'one that applied it in the other version', managedFields: [applied('team-a', V1BETA1)], names: ['team-a'] },
    { who: 'not one that updated it', managedFields: [wrote('kubectl-edit')], names: [] },
    { who: 'not one that applied its neighbour', managedFields: [applied('team-a', { fieldsV1: { 'f:spec': { 'f:x': {} } } })], names: [] },
    {
      who: 'not a known tool, which is told of already',
      managedFields: [applied('argocd-controller'), applied('work-agent-x')],
      names: [],
    },
  ];
  for (const { who, managedFields, names } of cases) {
    it(`is ${who}`, () => {
      const appliers = readAppliers(cr({ managedFields }), 'v1', PATHS);
      assert.deepEqual(
        appliers.map(({ name }) => name),
        names,
      );
    });
  }
});

describe('what is said of the owner', () => {
  const cases: readonly { metadata: JsonObject; says: string }[] = [
    {
      metadata: annotations(TRACKING, `virt_hco:${SELF}`),
      says:
        'Argo CD application virt/hco writes this CR: edit it in the repository that it renders; ' +
        'an edit by hand will be reverted when it syncs, unless it leaves this field alone.',
    },
    {
      metadata: { managedFields: [wrote('argocd-controller')] },
      says:
        'Argo CD has written this CR (field manager argocd-controller): if it still does, edit it in the repository that it renders; ' +
        'an edit by hand will be reverted when it syncs, unless it leaves this field alone.',
    },
    {
      metadata: { managedFields: [wrote('config-policy-controller')] },
      says:
        'The controller of ACM policies has written this CR (field manager config-policy-controller): if it still does, edit the policy on ' +
        'the hub; an edit by hand will be reverted while a policy enforces this field.',
    },
  ];
  for (const { metadata, says } of cases) {
    it(`is: ${says.slice(0, 40)}…`, () => assert.deepEqual(readCrOwners(cr(metadata)).map(crOwnerSentence), [says]));
  }

  it('names a manager that applies', () => {
    const [owner] = readAppliers(cr({ managedFields: [wrote('team-a', { operation: 'Apply' })] }), 'v1', [['spec', 'workloadSources']]);
    assert.ok(owner);
    assert.match(crOwnerSentence(owner), /^team-a has applied what this changes: .* next apply reverts/);
  });
});
