/**
 * The schema of a HyperConverged per release and API version: the paths in use as HCO's own definitions have them. Parts of the spec
 * that nothing here reads are known by name only and kept as they come (the real definitions spell them out).
 */
import { type ApiVersion, GATE, RELEASES, type Release } from './releases.ts';
import type { Schema } from './structural-schema.ts';

/** The schema of the whole object, as it is published and as requests are held against it. */
export function hyperConvergedSchema(release: Release, version: ApiVersion): Schema {
  return {
    type: 'object',
    description: 'HyperConverged is the Schema for the hyperconvergeds API',
    properties: {
      apiVersion: string,
      kind: string,
      metadata: open,
      spec: object(version === 'v1' ? v1Spec(release) : v1beta1Spec(release)),
      status: open,
    },
  };
}

const string: Schema = { type: 'string' };
const boolean: Schema = { type: 'boolean' };
const open: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const openList: Schema = { type: 'array', items: open };
const object = (properties: Readonly<Record<string, Schema>>, required?: readonly string[]): Schema => ({
  type: 'object',
  ...(required ? { required } : {}),
  properties,
});
const list = (items: Schema): Schema => ({ type: 'array', items });
const mapOf = (additionalProperties: Schema): Schema => ({ type: 'object', additionalProperties });
const withDefault = (schema: Schema, value: boolean): Schema => ({ ...schema, default: value });
const all = (schema: Schema, names: string) => Object.fromEntries(names.split(' ').map((name) => [name, schema]));

const requirements = list(object({ key: string, operator: string, values: list(string) }, ['key', 'operator']));
const selectorTerm = object({ matchExpressions: requirements, matchFields: requirements });
const nodePlacement = object({
  nodeSelector: mapOf(string),
  affinity: object({
    nodeAffinity: object({
      preferredDuringSchedulingIgnoredDuringExecution: list(
        object({ preference: selectorTerm, weight: { type: 'integer', format: 'int32' } }, ['preference', 'weight']),
      ),
      requiredDuringSchedulingIgnoredDuringExecution: object({ nodeSelectorTerms: list(selectorTerm) }, ['nodeSelectorTerms']),
    }),
    podAffinity: open,
    podAntiAffinity: open,
  }),
  tolerations: openList,
});

const templateMetadata = object({
  annotations: mapOf(string),
  finalizers: list(string),
  labels: mapOf(string),
  name: string,
  namespace: string,
});
const templateSpec = object(
  {
    ...all(string, 'garbageCollect managedDataSource retentionPolicy schedule serviceAccountName'),
    importsToKeep: { type: 'integer', format: 'int32' },
    template: object({ apiVersion: string, kind: string, metadata: templateMetadata, spec: open, status: open }, ['spec']),
  },
  ['managedDataSource', 'schedule', 'template'],
);
const dataImportCronTemplates = list(object({ metadata: templateMetadata, spec: templateSpec }));

const workloadSources = {
  commonBootImageNamespace: string,
  commonInstancetypesDeployment: open,
  commonTemplatesNamespace: string,
  dataImportCronTemplates,
  enableCommonBootImageImport: withDefault(boolean, true),
  instancetypeConfig: open,
};

const applicationAwareConfig = object({
  allowApplicationAwareClusterResourceQuota: withDefault(boolean, false),
  enable: withDefault(boolean, false),
  namespaceSelector: open,
  vmiCalcConfigName: { ...string, default: 'DedicatedVirtualResources' },
});

function v1Spec(release: Release): Readonly<Record<string, Schema>> {
  const since119 = release === '1.19';
  return {
    deployment: object({
      applicationAwareConfig,
      ...(since119 ? { deployNetworkResourcesInjector: withDefault(boolean, true) } : {}),
      deployVmConsoleProxy: withDefault(boolean, false),
      logVerbosityConfig: open,
      nodePlacements: object({ infra: nodePlacement, workload: nodePlacement }),
      uninstallStrategy: uninstallStrategy(),
    }),
    featureGates: list(object({ name: string, state: { type: 'string', enum: ['Enabled', 'Disabled'] } }, ['name'])),
    ...all(open, since119 ? 'networking observability security storage virtualization' : 'networking security storage virtualization'),
    workloadSources: object(since119 ? { ...workloadSources, [GATE]: boolean } : workloadSources),
  };
}

const V1BETA1_OBJECTS =
  'CommonInstancetypesDeployment applicationAwareConfig certConfig filesystemOverhead higherWorkloadDensity instancetypeConfig ' +
  'ksmConfiguration kubeMacPoolConfiguration liveMigrationConfig liveUpdateConfiguration logVerbosityConfig mediatedDevicesConfiguration ' +
  'networkBinding obsoleteCPUs permittedHostDevices resourceRequirements storageImport tlsSecurityProfile virtualMachineOptions workloadUpdateStrategy';
const V1BETA1_STRINGS =
  'commonBootImageNamespace commonTemplatesNamespace defaultCPUModel defaultRuntimeClass evictionStrategy kubeSecondaryDNSNameServerIP ' +
  'localStorageClassName scratchSpaceStorageClass tektonPipelinesNamespace tektonTasksNamespace tuningPolicy vddkInitImage vmStateStorageClass';

function v1beta1Spec(release: Release): Readonly<Record<string, Schema>> {
  const since118 = release !== '1.17';
  return {
    ...all(open, V1BETA1_OBJECTS),
    ...all(string, V1BETA1_STRINGS),
    ...(since118 ? { changedBlockTrackingLabelSelectors: open, hypervisors: openList, roleAggregationStrategy: string } : {}),
    dataImportCronTemplates,
    deployVmConsoleProxy: withDefault(boolean, false),
    enableApplicationAwareQuota: withDefault(boolean, false),
    enableCommonBootImageImport: withDefault(boolean, true),
    featureGates: { ...object(gates(release)), default: RELEASES[release].gates },
    infra: object({ nodePlacement }),
    uninstallStrategy: uninstallStrategy(),
    workloads: object({ nodePlacement }),
  };
}

const GATES_WITHOUT_DEFAULT =
  'autoResourceLimits deployKubevirtIpamController deployTektonTaskResources deployVmConsoleProxy disableMDevConfiguration ' +
  'enableApplicationAwareQuota enableCommonBootImageImport enableManagedTenantQuota nonRoot persistentReservation ' +
  `primaryUserDefinedNetworkBinding videoConfig withHostPassthroughCPU ${GATE}`;

function gates(release: Release): Readonly<Record<string, Schema>> {
  const defaults = Object.entries(RELEASES[release].gates).map(([name, value]) => [name, withDefault(boolean, value)]);
  return { ...all(boolean, GATES_WITHOUT_DEFAULT), ...Object.fromEntries(defaults) };
}

function uninstallStrategy(): Schema {
  return { type: 'string', default: 'BlockUninstallIfWorkloadsExist', enum: ['RemoveWorkloads', 'BlockUninstallIfWorkloadsExist'] };
}
