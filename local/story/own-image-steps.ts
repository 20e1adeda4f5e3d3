/** The story's chapter about a golden image that is not HCO's: one alert is traded for another, and that one sticks. */
import type { StepParts } from './parts.ts';
import { applyRemedy, customImage, isImportOn, type Remedy } from './remedies.ts';
import { type Step, wasPlayedOnce } from './step.ts';

const CHAPTER = 'A golden image of one’s own';

export function ownImageSteps(parts: StepParts): readonly Step[] {
  const { cluster, images } = parts;
  const remedy = (name: Remedy) => () => applyRemedy(name, parts);
  const isThere = () => customImage(cluster) !== undefined;
  return [
    {
      id: 'add-golden-image',
      chapter: CHAPTER,
      label: 'A golden image without architectures is added',
      hint:
        'One image more is at risk, says the thread. Its registry cannot be asked, so nobody knows for which architectures it is: ' +
        'import it without saying, and this alert is traded for another.',
      isDone: isThere,
      play: remedy('add-golden-image'),
    },
    {
      id: 'import-alone',
      chapter: CHAPTER,
      label: 'The import is switched on all the same',
      hint: 'The alert is traded for another one: a second message, an early warning about this one image.',
      isDone: () => isImportOn(cluster) && isThere(),
      play: remedy('enable-import'),
    },
    {
      id: 'image-alert-fires',
      chapter: CHAPTER,
      label: 'The alert about the image fires',
      hint: 'Confirmed. What the image really is was not to be learned, so nobody is told what to annotate; disabling it is left.',
      isDone: wasPlayedOnce,
      play: images.fire,
    },
    {
      id: 'annotate-image',
      chapter: CHAPTER,
      label: 'The image is annotated, for s390x only',
      hint: 'No worker has that, so HCO does not deploy it: the second message is over, a third one begins.',
      isDone: (wasPlayed) => wasPlayed && isThere(),
      play: remedy('annotate-image'),
    },
    {
      id: 'disable-image',
      chapter: CHAPTER,
      label: 'The image is disabled',
      hint: 'One of its remedies. The third message is over too.',
      isDone: (wasPlayed) => wasPlayed && isThere(),
      play: remedy('disable-image'),
    },
    {
      id: 'image-alert-sticks',
      chapter: CHAPTER,
      label: 'Its alert fires all the same',
      hint: 'HCO never takes back its metric of an image. The message does not believe it, and says which restart clears it.',
      isDone: wasPlayedOnce,
      play: images.fire,
    },
    {
      id: 'remove-image',
      chapter: CHAPTER,
      label: 'The image is removed, the import off, the operator restarted',
      hint: 'The metric is gone and its alert resolves. The first mismatch is back.',
      isDone: (wasPlayed) => wasPlayed && !isThere() && !isImportOn(cluster),
      play: async () => {
        await applyRemedy('remove-image', parts);
        cluster.setOperator('ready');
        await images.evaluate();
      },
    },
  ];
}
