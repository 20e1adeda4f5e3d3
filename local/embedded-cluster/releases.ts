/** The releases of HyperConverged that the embedded cluster can play, and what sets them apart. */

export type Release = '1.17' | '1.18' | '1.19';
export type ApiVersion = 'v1' | 'v1beta1';

export interface ReleaseFacts {
  /** In order of preference: the first is what plain `kubectl get hyperconverged` reads. */
  readonly served: readonly ApiVersion[];
  readonly stored: ApiVersion;
  /** As `status.versions` names it. */
  readonly operator: string;
  /** The v1beta1 feature gates that are always shown, with the value they have when nobody set them. */
  readonly gates: Readonly<Record<string, boolean>>;
}

/** The feature gate's name in both API versions, and the name of the v1 field that follows it in 1.19. */
export const GATE = 'enableMultiArchBootImageImport';

const GATES_1_17 = {
  alignCPUs: false,
  decentralizedLiveMigration: false,
  declarativeHotplugVolumes: false,
  deployKubeSecondaryDNS: false,
  disableMDevConfiguration: false,
  downwardMetrics: false,
  [GATE]: false,
  objectGraph: false,
  persistentReservation: false,
  videoConfig: true,
};

export const RELEASES: Readonly<Record<Release, ReleaseFacts>> = {
  '1.17': { served: ['v1beta1'], stored: 'v1beta1', operator: '1.17.4', gates: GATES_1_17 },
  '1.18': {
    served: ['v1', 'v1beta1'],
    stored: 'v1beta1',
    operator: '1.18.2',
    gates: { ...GATES_1_17, containerPathVolumes: false, decentralizedLiveMigration: true, incrementalBackup: false },
  },
  '1.19': {
    served: ['v1', 'v1beta1'],
    stored: 'v1',
    operator: '1.19.0',
    gates: {
      alignCPUs: false,
      containerPathVolumes: false,
      decentralizedLiveMigration: true,
      declarativeHotplugVolumes: true,
      deployKubeSecondaryDNS: false,
      downwardMetrics: false,
      incrementalBackup: false,
      objectGraph: false,
    },
  },
};

/** The API version that the text names, if the release serves it. */
export function servedVersion(release: Release, version: string | undefined): ApiVersion | undefined {
  return RELEASES[release].served.find((served) => served === version);
}
