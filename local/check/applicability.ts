/**
 * Whether HCO's three alerts can be true on a cluster at all. HCO writes down what it knows of golden images only where it found OpenShift when
 * it started (`operandHandler.go`, `NewOperandHandler`): elsewhere it deploys no SSP, and each of the alerts is about golden images that it reports.
 */
import type { HyperConverged } from '../../shared/golden-images/hyperconverged.ts';
import { isObject, type JsonObject } from '../../shared/golden-images/json.ts';
import type { Read } from '../../shared/golden-images/read.ts';
import type { Snapshot } from '../../shared/golden-images/snapshot.ts';

export interface Applicability {
  /** Null where it is not known: that is never a no. */
  readonly possible: false | null;
  readonly because: 'no-openshift' | 'no-ssp' | 'not-read';
  readonly sentence: string;
}

const NO_OPENSHIFT: Applicability = {
  possible: false,
  because: 'no-openshift',
  sentence:
    'This is not OpenShift or OKD, and HyperConverged reports golden images nowhere else: none of its three alerts can be true here.',
};
const NO_SSP: Applicability = {
  possible: false,
  because: 'no-ssp',
  sentence: 'SSP is not here, without which HyperConverged has no golden images: none of its three alerts can be true here.',
};
const NOT_READ: Applicability = {
  possible: null,
  because: 'not-read',
  sentence: 'Whether this is OpenShift or OKD could not be read; only there the three alerts can be true.',
};

/**
 * Undefined where the alerts can be true, and where nothing speaks of it.
 * `openShift` says whether the cluster is one; undefined where nobody was asked, as of a dump.
 */
export function applicabilityOf({ hyperConverged, served }: Snapshot, openShift: Read<boolean> | undefined): Applicability | undefined {
  const cr = hyperConverged.ok ? hyperConverged.value : undefined;
  if (cr && cr.goldenImages.length > 0) return undefined;
  const deployed = cr && hasDeployedSsp(cr);
  const isOpenShift = openShift?.ok ? openShift.value : deployed;
  if (isOpenShift === false && deployed !== true) return NO_OPENSHIFT;
  if (served?.hasSsp?.ok && !served.hasSsp.value) return NO_SSP;
  return isOpenShift === undefined && openShift ? NOT_READ : undefined;
}

/** Whether HCO's own list of what it looks after has SSP; undefined where that list is not finished. */
function hasDeployedSsp({ object }: HyperConverged): boolean | undefined {
  const kinds = inStatus(object, 'relatedObjects').map(({ kind }) => kind);
  if (kinds.includes('SSP')) return true;
  const isFinished = inStatus(object, 'conditions').some(({ type, status }) => type === 'ReconcileComplete' && status === 'True');
  return isFinished && kinds.includes('KubeVirt') && kinds.includes('CDI') ? false : undefined;
}

/** The objects of a list; what is malformed says nothing. */
function inStatus({ status }: JsonObject, name: string): readonly JsonObject[] {
  const list = isObject(status) ? status[name] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}
