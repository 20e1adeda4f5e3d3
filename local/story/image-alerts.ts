/** HCO's two alerts about single golden images: they fire and resolve as its gauges say, which are not always right. */
import type { ImageGauges } from '../embedded-cluster/image-gauges.ts';
import type { Alertmanager } from './alertmanager.ts';
import { OPERATOR_ALERT, type OperatorLabels } from './multi-arch-alert.ts';
import type { Alert } from './webhook-body.ts';

export interface ImageAlertsOptions {
  readonly alertmanager: Pick<Alertmanager, 'deliver'>;
  readonly gauges: () => readonly ImageGauges[];
  /** Where the operator runs now. */
  readonly operator: () => OperatorLabels;
  readonly now: () => Date;
}

export interface ImageAlerts {
  /** Delivers each of the two that fires or has just stopped, if any. */
  evaluate(): Promise<void>;
  /** The same, and refuses where none fires. */
  fire(): Promise<void>;
}

/** None fires at first. */
export function createImageAlerts({ alertmanager, gauges, operator, now }: ImageAlertsOptions): ImageAlerts {
  const firing = new Map<string, Alert>();
  const groupOf = (rule: Rule): readonly Alert[] => {
    const current = gauges().filter((gauge) => rule.value(gauge) === 0);
    const keys = new Map(current.map((gauge) => [`${rule.name} ${gauge.image} ${operator().pod}`, gauge]));
    for (const [key, gauge] of keys) if (!firing.has(key)) firing.set(key, alertOf(rule, gauge, operator(), now()));
    const own = [...firing].filter(([, { labels }]) => labels.alertname === rule.name);
    const over = own.filter(([key]) => !keys.has(key));
    for (const [key] of over) firing.delete(key);
    return [...own.filter(([key]) => keys.has(key)).map(([, alert]) => alert), ...over.map(([, alert]) => ({ ...alert, endsAt: now() }))];
  };
  const evaluate = async () => {
    const groups = RULES.map(groupOf).filter((alerts) => alerts.length > 0);
    const delivered = await Promise.allSettled(groups.map((alerts) => alertmanager.deliver(alerts)));
    for (const result of delivered) if (result.status === 'rejected') throw result.reason;
  };
  return {
    evaluate,
    fire: async () => {
      const isZero = gauges().some((gauge) => RULES.some(({ value }) => value(gauge) === 0));
      if (!isZero) throw new Error('no alert about an image fires: its metrics have no series that is 0');
      await evaluate();
    },
  };
}

interface Rule {
  readonly name: string;
  readonly metric: string;
  readonly value: (gauge: ImageGauges) => 0 | 1 | undefined;
  readonly summary: string;
  readonly description: (image: string) => string;
}

const ANNOTATION = "'ssp.kubevirt.io/dict.architectures' annotation";
const FAILS = 'Using this golden image for VM boot disk, may cause the VM to fail.';

const RULES: readonly Rule[] = [
  {
    name: 'HCOGoldenImageWithNoArchitectureAnnotation',
    metric: 'kubevirt_hco_dataimportcrontemplate_with_architecture_annotation',
    value: ({ withAnnotation }) => withAnnotation,
    summary: `DataImportCronTemplate without ${ANNOTATION} was detected in the HyperConverged resource.`,
    description: (image) => `The ${image} does not have the ${ANNOTATION}. ${FAILS}`,
  },
  {
    name: 'HCOGoldenImageWithNoSupportedArchitecture',
    metric: 'kubevirt_hco_dataimportcrontemplate_with_supported_architectures',
    value: ({ withSupported }) => withSupported,
    summary: 'DataImportCronTemplate without an architecture that this cluster supports was detected in the HyperConverged resource.',
    description: (image) => `The ${image} supports no architecture of this cluster.`,
  },
];

function alertOf({ name, metric, summary, description }: Rule, { image, dataSource }: ImageGauges, at: OperatorLabels, now: Date): Alert {
  const labels = { ...OPERATOR_ALERT, ...at, alertname: name, data_import_cron_name: image, managed_data_source_name: dataSource };
  const annotations = {
    description: description(`${image} DataImportCronTemplate (for the ${dataSource} DataSource)`),
    runbook_url: `https://kubevirt.io/monitoring/runbooks/${name}`,
    summary,
  };
  return { labels, annotations, startsAt: now, expression: `${metric} == 0` };
}
