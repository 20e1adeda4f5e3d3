/** HyperConverged's operator on a real API server, by the model that recorded answers of real ones prove: its status, and its gauges. */
import { createGaugeKeeper } from '../../../local/embedded-cluster/image-gauges.ts';
import { objectsAt } from '../../../local/embedded-cluster/json.ts';
import { decideStatus, multiArchMetric } from '../../../local/embedded-cluster/operator.ts';
import { NAME, pathOf } from '../hyperconverged.ts';
import type { ApiServer } from '../servers/api-server.ts';
import type { Exporter } from '../servers/exporter.ts';
import { createHyperConverged } from '../servers/objects.ts';

const RELEASE = '1.19';
const version = 'v1';

export interface Operator {
  /** What it does after a change of the CR or of the nodes. */
  reconcile(): Promise<void>;
}

/** Creates a HyperConverged as one is installed, and looks after it. */
export async function installOperator(server: ApiServer, exporter: Exporter): Promise<Operator> {
  const metadata = { name: NAME, namespace: NAME };
  await createHyperConverged(server, { apiVersion: `hco.kubevirt.io/${version}`, kind: 'HyperConverged', metadata, spec: {} });
  const images = createGaugeKeeper();
  const reconcile = async () => {
    const { items: nodes } = await server.send('GET', '/api/v1/nodes');
    const { kind, apiVersion, metadata, spec } = await server.send('GET', pathOf({ version }));
    const observed = { release: RELEASE, spec, generation: metadata.generation, nodes, now: new Date().toISOString() } as const;
    const status = decideStatus(observed);
    await server.send('PUT', `${pathOf({ version })}/status`, { kind, apiVersion, metadata, spec, status });
    const importEnabled = multiArchMetric(observed);
    if (importEnabled === 1) images.set(objectsAt(status, 'dataImportCronTemplates'));
    const goldenImages = images.all().map(({ image, dataSource, withSupported, withAnnotation }) => ({
      name: image,
      managedDataSource: dataSource,
      ...(withSupported === undefined ? {} : { withSupportedArchitectures: withSupported }),
      ...(withAnnotation === undefined ? {} : { withArchitectureAnnotation: withAnnotation }),
    }));
    exporter.set({ ...(importEnabled === undefined ? {} : { importEnabled }), goldenImages });
  };
  await reconcile();
  return { reconcile };
}
