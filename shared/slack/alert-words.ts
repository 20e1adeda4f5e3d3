/** What each alert is about, in words. A new alert is a new row. */
import type { AlertName, Evidence, GoldenImageCondition } from '../golden-images/conditions.ts';
import { count } from '../golden-images/words.ts';
import { namesOf } from './text.ts';

interface AlertWords {
  /** What is wrong, for the first line: enough on a locked phone. */
  readonly problem: (evidence: Evidence, images: readonly GoldenImageCondition[]) => string;
  /** Who is not hurt. */
  readonly unharmed: string;
  /** Whether the virtual machines that boot from its images are a question. */
  readonly isRiskForMachines: boolean;
}

/** By what KubeVirt does: an architecture that does not fit shows when a guest boots, and never later. */
const BOOTED = 'No VM that has booted is affected';

export const ALERT_WORDS: Readonly<Record<AlertName, AlertWords>> = {
  HCOMultiArchGoldenImagesDisabled: {
    problem: ({ goldenImages, rows }) => {
      const closed = closedArchitectures(rows);
      if (closed.length === rows.length - 1) return `true by HCO’s rule, and no VM can land on ${namesOf(closed, 2)} nodes now`;
      return `new VMs from ${count(goldenImages.length, 'boot image')} may get the wrong CPU architecture`;
    },
    unharmed: BOOTED,
    isRiskForMachines: true,
  },
  HCOGoldenImageWithNoSupportedArchitecture: {
    problem: (_evidence, images) => `${count(images.length, 'boot image')} for no CPU architecture of this cluster: not imported`,
    unharmed: 'No VM is affected: HCO does not deploy such an image, so no new VM can get it',
    isRiskForMachines: false,
  },
  HCOGoldenImageWithNoArchitectureAnnotation: {
    problem: (_evidence, images) =>
      `${count(images.length, 'boot image')} without a stated CPU architecture: new VMs may get the wrong one`,
    unharmed: BOOTED,
    isRiskForMachines: true,
  },
};

/** Where no virtual machine can run now, so that none can get a wrong image there. */
function closedArchitectures(rows: Evidence['rows']): readonly string[] {
  return rows.filter(({ open }) => open === 0).map(({ architecture }) => architecture);
}
