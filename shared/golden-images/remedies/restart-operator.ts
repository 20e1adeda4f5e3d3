/** Remedy: start HCO's operator again. Its metrics of single images keep their last value until then (`operator_metrics.go:197,220`). */
import type { Cause } from '../cause.ts';
import { draft, type Remedy } from './remedy.ts';

export const restartOperator: Remedy = {
  alerts: ['HCOGoldenImageWithNoSupportedArchitecture', 'HCOGoldenImageWithNoArchitectureAnnotation'],
  isForStale: true,
  propose: ({ cause }) => {
    if (cause === 'no-ssp') return [];
    const reason = cause !== undefined && NEVER_SET_AGAIN.includes(cause) ? undefined : MAY_BE_SET_AGAIN;
    return [
      draft({
        id: 'restart-operator',
        title: 'Start HCO’s operator again, so that it forgets the old value',
        feasible: true,
        advised: reason === undefined,
        reason,
        restartsOperator: true,
        costs: COSTS,
      }),
    ];
  },
};

const COSTS = [
  'HCO never takes the metric of a single image back: not when the import is turned off, nor when the image goes. The image itself needs nothing.',
  'Until the operator is back, in seconds, nobody reconciles the HyperConverged, and its alerts are quiet. Virtual machines are untouched.',
  'Or leave it: the alert stays until the operator starts for another reason, such as an update.',
];

/** HCO sets the metrics only while the import is on, and only of images that it deploys (`golden_images.go:74-98`). */
const NEVER_SET_AGAIN: readonly Cause[] = ['import-disabled', 'no-golden-images'];
const MAY_BE_SET_AGAIN =
  'Of an image that HCO still deploys it sets the value anew by itself, and the alert clears within minutes: restart only if it does not.';
