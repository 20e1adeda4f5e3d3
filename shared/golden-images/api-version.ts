/** The API of the HyperConverged CR. */

export const HCO_GROUP = 'hco.kubevirt.io';

export type HyperConvergedVersion = 'v1' | 'v1beta1';
