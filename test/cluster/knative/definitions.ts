/** The definitions of all that the manifests have. */
import { crdFile } from '../servers/paths.ts';

export const KNATIVE_CRDS = ['apiserversource', 'broker', 'eventtype', 'pingsource', 'service', 'trigger'].map((name) =>
  crdFile(`knative-${name}`),
);
export const MONITORING_CRDS = ['alertmanagerconfigs', 'podmonitors', 'prometheusrules'].map((name) => crdFile(`monitoring-${name}`));
