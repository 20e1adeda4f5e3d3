/** The alert `HCOMultiArchGoldenImagesDisabled` over time: it fires and resolves as the metric says, and when the operator restarts. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Alertmanager } from './alertmanager.ts';
import type { Alert } from './webhook-body.ts';

export interface MultiArchAlertOptions {
  readonly alertmanager: Pick<Alertmanager, 'deliver'>;
  /** `kubevirt_hco_multi_arch_boot_images_enabled` now. */
  readonly metric: () => 0 | 1 | undefined;
  readonly now: () => Date;
  /** Takes the operator's pod away, and brings one back. */
  readonly setOperator: (condition: 'gone' | 'ready') => void;
  /** How long the operator is gone when it restarts. */
  readonly operatorDownMs: number;
}

export interface MultiArchAlert {
  firingSince(): Date | undefined;
  /** Where the operator runs now. */
  operator(): OperatorLabels;
  /** Fires, or fires again unchanged as after Alertmanager's repeat interval; refuses while the metric is not 0. */
  fire(): Promise<void>;
  /** Refuses while the metric is 0, or nothing fires. */
  resolve(): Promise<void>;
  /** The series goes with the old operator pod and comes back with the new one, whatever the cluster is like. */
  restartOperator(): Promise<void>;
}

/** Where the operator runs: each of its series has these labels. */
export interface OperatorLabels {
  readonly pod: string;
  readonly instance: string;
}

const PODS = [
  { pod: 'hyperconverged-cluster-operator-7d9b6c5f8-q4zxk', instance: '10.128.2.31:8443' },
  { pod: 'hyperconverged-cluster-operator-7d9b6c5f8-m7tnw', instance: '10.131.0.18:8443' },
  { pod: 'hyperconverged-cluster-operator-7d9b6c5f8-x2vhd', instance: '10.129.2.44:8443' },
] as const satisfies readonly OperatorLabels[];

/** Not firing at first. */
export function createMultiArchAlert({ alertmanager, metric, now, setOperator, operatorDownMs }: MultiArchAlertOptions): MultiArchAlert {
  let since: Date | undefined;
  let restarts = 0;
  const operator = () => PODS[restarts % PODS.length] ?? PODS[0];
  const alertOf = (startsAt: Date): Alert => ({ ...ALERT, labels: { ...LABELS, ...operator() }, startsAt });
  const end = async (startsAt: Date) => {
    const over = { ...alertOf(startsAt), endsAt: now() };
    since = undefined;
    await alertmanager.deliver([over]);
  };
  const fire = async () => {
    if (metric() !== 0) throw new Error(`the alert does not fire: its metric ${METRIC} ${said(metric())}, not 0`);
    since ??= now();
    await alertmanager.deliver([alertOf(since)]);
  };
  return {
    firingSince: () => since,
    operator,
    fire,
    resolve: async () => {
      if (since === undefined) throw new Error('the alert does not resolve: it is not firing');
      if (metric() === 0) throw new Error(`the alert does not resolve: its metric ${METRIC} is still 0`);
      await end(since);
    },
    restartOperator: async () => {
      if (since === undefined || metric() !== 0) throw new Error('restart the operator while the alert is firing and its metric is 0');
      setOperator('gone');
      const [ended] = await Promise.allSettled([end(since)]);
      await wait(operatorDownMs);
      restarts += 1;
      setOperator('ready');
      await fire();
      if (ended.status === 'rejected') throw ended.reason;
    },
  };
}

function said(metric: 0 | 1 | undefined): string {
  return metric === undefined ? 'has no series' : `is ${metric}`;
}

const METRIC = 'kubevirt_hco_multi_arch_boot_images_enabled';
const NAME = 'HCOMultiArchGoldenImagesDisabled';
/** Of each of HCO's alerts. */
export const OPERATOR_ALERT = {
  container: 'hyperconverged-cluster-operator',
  endpoint: 'http-metrics',
  job: 'kubevirt-hyperconverged-operator-metrics',
  kubernetes_operator_component: 'hyperconverged-cluster-operator',
  kubernetes_operator_part_of: 'kubevirt',
  namespace: 'kubevirt-hyperconverged',
  operator_health_impact: 'none',
  prometheus: 'openshift-monitoring/k8s',
  service: 'kubevirt-hyperconverged-operator-metrics',
  severity: 'warning',
};
const LABELS = { ...OPERATOR_ALERT, alertname: NAME };
const ALERT = {
  annotations: {
    description:
      'The cluster is multi-arch, but the enableMultiArchBootImageImport feature gate is disabled. This may cause issues with VM booting ' +
      'on nodes with different architectures.',
    runbook_url: `https://kubevirt.io/monitoring/runbooks/${NAME}`,
    summary: 'Multi-arch boot images feature is disabled in a multi-arch cluster.',
  },
  expression: `${METRIC} == 0`,
};
