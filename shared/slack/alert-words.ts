/** What each alert is about, in words. A new alert is a new row. */
import type { AlertName, Evidence, GoldenImageCondition } from '../golden-images/conditions.ts';
import { count } from './text.ts';

interface AlertWords {
  /** What is wrong, for the first line: enough on a locked phone. */
  readonly problem: (evidence: Evidence, images: readonly GoldenImageCondition[]) => string;
  /** The same where nothing could be read. */
  readonly claim: string;
}

export const ALERT_WORDS: Readonly<Record<AlertName, AlertWords>> = {
  HCOMultiArchGoldenImagesDisabled: {
    problem: ({ goldenImages }) => `new VMs from ${count(goldenImages.length, 'boot image')} may get the wrong CPU architecture`,
    claim: 'boot images do not fit the CPU architectures of the nodes',
  },
  HCOGoldenImageWithNoSupportedArchitecture: {
    problem: (_evidence, images) => `${count(images.length, 'boot image')} for no CPU architecture of this cluster: not imported`,
    claim: 'a boot image supports no CPU architecture of this cluster',
  },
  HCOGoldenImageWithNoArchitectureAnnotation: {
    problem: (_evidence, images) =>
      `${count(images.length, 'boot image')} without a stated CPU architecture: new VMs may get the wrong one`,
    claim: 'a boot image does not state its CPU architecture',
  },
};
