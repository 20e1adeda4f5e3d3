/** What is read beside the inputs of the predicates, once one of them is present: who is hurt, and what the images really are. */
import { presentConditions } from '../golden-images/conditions.ts';
import type { HyperConverged } from '../golden-images/hyperconverged.ts';
import { MalformedError } from '../golden-images/json.ts';
import type { Snapshot } from '../golden-images/snapshot.ts';
import { insecureRegistries, templateImages } from '../golden-images/template-images.ts';
import type { Images } from '../registry/images.ts';
import type { ApiConnection } from './api-connection.ts';
import { readCounterpart } from './read-hyperconverged.ts';
import { createRegistryAccess } from './read-image-sources.ts';
import { readKubeVirt } from './read-virtual-machines.ts';

export type Surroundings = Pick<Snapshot, 'kubeVirt' | 'images' | 'counterpart'>;

/** Nothing where no condition is present: then there is no remedy, and nobody at risk. Never throws for what the cluster does; `machines` ends the reads of machines before the others. */
export async function readSurroundings(
  api: ApiConnection,
  snapshot: Snapshot,
  readImages: Images['read'],
  signal: AbortSignal,
  machines: AbortSignal = signal,
): Promise<Surroundings> {
  const { hyperConverged } = snapshot;
  if (!hyperConverged.ok || hyperConverged.value === undefined || presentConditions(snapshot).size === 0) return {};
  const cr = hyperConverged.value;
  const [kubeVirt, images, counterpart] = await Promise.all([
    readKubeVirt(api, AbortSignal.any([machines, AbortSignal.timeout(KUBEVIRT_TIME_MS)])),
    imagesOf(cr, api, readImages, signal),
    readCounterpart(api, cr, snapshot.served, signal),
  ]);
  return { kubeVirt, images, counterpart };
}

/** A list of machines that hangs must not cost the whole of a look. */
const KUBEVIRT_TIME_MS = 4_000;

/** Registries that are away must not cost the whole of a look; what they say later is there for the next one. */
const IMAGES_TIME_MS = 3_000;

/** Undefined where the CR's templates are not as their API promises: the remedies say so. */
async function imagesOf(cr: HyperConverged, api: ApiConnection, readImages: Images['read'], signal: AbortSignal) {
  const part = AbortSignal.any([signal, AbortSignal.timeout(IMAGES_TIME_MS)]);
  try {
    return await readImages(templateImages(cr), insecureRegistries(cr), createRegistryAccess(api, part), part);
  } catch (error) {
    if (error instanceof MalformedError) return undefined;
    throw error;
  }
}
