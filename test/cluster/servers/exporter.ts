/** Stands in for HyperConverged's operator where Prometheus looks: its three gauges, to be set by hand, and its alert rules. */
import { type HttpServer, startHttpServer } from './http-server.ts';
import type { Rule, ScrapeTarget } from './prometheus.ts';

const IMPORT_ENABLED = 'kubevirt_hco_multi_arch_boot_images_enabled';
const WITH_SUPPORTED = 'kubevirt_hco_dataimportcrontemplate_with_supported_architectures';
const WITH_ANNOTATION = 'kubevirt_hco_dataimportcrontemplate_with_architecture_annotation';

/** What the operator has to say about one golden image; a gauge that it never set has no series. */
export interface GoldenImageGauges {
  /** Its DataImportCronTemplate. */
  readonly name: string;
  readonly managedDataSource: string;
  readonly withSupportedArchitectures?: 0 | 1;
  readonly withArchitectureAnnotation?: 0 | 1;
}

export interface Gauges {
  /** Undefined where the operator shows no series: fewer than two architectures, or no golden image. */
  readonly importEnabled?: 0 | 1;
  readonly goldenImages?: readonly GoldenImageGauges[];
}

export interface Exporter extends Pick<HttpServer, 'stop'> {
  /** What to scrape, with the labels that a ServiceMonitor gives it; the pod's name and address change when it restarts. */
  target(pod?: string): ScrapeTarget;
  /** What the next scrape sees; undefined while the operator is down. */
  set(gauges: Gauges | undefined): void;
}

/** Starts with an operator that is up and has nothing to say. */
export async function startExporter(): Promise<Exporter> {
  let page: string | undefined = '';
  const server = await startHttpServer('exporter', (_request, response) => {
    response.writeHead(page === undefined ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(page);
  });
  return {
    stop: server.stop,
    target: (pod = 'hyperconverged-cluster-operator-1') => ({ address: `127.0.0.1:${server.port}`, labels: scrapeLabels(pod) }),
    set: (gauges) => {
      page = gauges && render(gauges);
    },
  };
}

function scrapeLabels(pod: string): Readonly<Record<string, string>> {
  const service = 'kubevirt-hyperconverged-operator-metrics';
  return {
    container: 'hyperconverged-cluster-operator',
    endpoint: 'http-metrics',
    instance: `${pod}:8443`,
    job: service,
    namespace: 'kubevirt-hyperconverged',
    pod,
    service,
  };
}

function render({ importEnabled, goldenImages = [] }: Gauges): string {
  const images = goldenImages.flatMap((image) => {
    // The operator writes both names in lower case.
    const [cron, source] = [image.name.toLowerCase(), image.managedDataSource.toLowerCase()];
    const labels = `{data_import_cron_name="${cron}",managed_data_source_name="${source}"}`;
    return [
      sample(WITH_SUPPORTED + labels, image.withSupportedArchitectures),
      sample(WITH_ANNOTATION + labels, image.withArchitectureAnnotation),
    ];
  });
  return [sample(IMPORT_ENABLED, importEnabled), ...images].join('');
}

function sample(series: string, value: number | undefined): string {
  return value === undefined ? '' : `${series} ${value}\n`;
}

/** The rules of HyperConverged's three alerts. */
export const hyperConvergedRules: readonly Rule[] = [
  rule('HCOMultiArchGoldenImagesDisabled', IMPORT_ENABLED),
  rule('HCOGoldenImageWithNoSupportedArchitecture', WITH_SUPPORTED),
  rule('HCOGoldenImageWithNoArchitectureAnnotation', WITH_ANNOTATION),
];

function rule(alert: string, metric: string): Rule {
  return {
    alert,
    expr: `${metric} == 0`,
    labels: {
      severity: 'warning',
      operator_health_impact: 'none',
      kubernetes_operator_part_of: 'kubevirt',
      kubernetes_operator_component: 'hyperconverged-cluster-operator',
    },
    annotations: { summary: alert, description: alert, runbook_url: `https://kubevirt.io/monitoring/runbooks/${alert}` },
  };
}
