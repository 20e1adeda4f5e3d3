/** The spec that a server stores when somebody installs HyperConverged without saying anything: HCO's defaults per release. */
import type { JsonObject } from './json.ts';
import { RELEASES, type Release } from './releases.ts';

/** In the version that the release stores. */
export function firstSpec(release: Release): JsonObject {
  return release === '1.19' ? FIRST_SPEC_V1 : { ...FIRST_SPEC_V1BETA1, featureGates: RELEASES[release].gates };
}

const certConfig = {
  ca: { duration: '48h0m0s', renewBefore: '24h0m0s' },
  server: { duration: '24h0m0s', renewBefore: '12h0m0s' },
};
const workloadUpdateStrategy = { batchEvictionInterval: '1m0s', batchEvictionSize: 10, workloadUpdateMethods: ['LiveMigrate'] };
const virtualMachineOptions = { disableFreePageReporting: false, disableSerialConsoleLog: false };

const FIRST_SPEC_V1BETA1: JsonObject = {
  certConfig,
  deployVmConsoleProxy: false,
  enableApplicationAwareQuota: false,
  enableCommonBootImageImport: true,
  evictionStrategy: 'LiveMigrate',
  higherWorkloadDensity: { memoryOvercommitPercentage: 100 },
  liveMigrationConfig: {
    allowAutoConverge: false,
    allowPostCopy: false,
    completionTimeoutPerGiB: 150,
    parallelMigrationsPerCluster: 5,
    parallelOutboundMigrationsPerNode: 2,
    progressTimeout: 150,
  },
  resourceRequirements: { vmiCPUAllocationRatio: 10 },
  uninstallStrategy: 'BlockUninstallIfWorkloadsExist',
  virtualMachineOptions,
  workloadUpdateStrategy,
};

const FIRST_SPEC_V1: JsonObject = {
  deployment: {
    applicationAwareConfig: {
      allowApplicationAwareClusterResourceQuota: false,
      enable: false,
      vmiCalcConfigName: 'DedicatedVirtualResources',
    },
    deployNetworkResourcesInjector: true,
    deployVmConsoleProxy: false,
    uninstallStrategy: 'BlockUninstallIfWorkloadsExist',
  },
  security: { certConfig },
  virtualization: {
    evictionStrategy: 'LiveMigrate',
    higherWorkloadDensity: { memoryOvercommitPercentage: 100 },
    liveMigrationConfig: {
      allowAutoConverge: false,
      allowPostCopy: false,
      allowWorkloadDisruption: false,
      completionTimeoutPerGiB: 20,
      parallelMigrationsPerCluster: 5,
      parallelOutboundMigrationsPerNode: 1,
      progressTimeout: 150,
    },
    virtualMachineOptions,
    vmiCPUAllocationRatio: 10,
    workloadUpdateStrategy,
  },
  workloadSources: { enableCommonBootImageImport: true },
};
