/** What an ImageStreamTag of OpenShift says of architectures. Pure. */
import { listAt, objectAt, stringAt } from '../golden-images/json.ts';
import { architecturesOf } from './manifest.ts';

/**
 * A list has its images in `dockerImageManifests`; a stream that imports one image only has that in `dockerImageMetadata`.
 * https://github.com/openshift/api/blob/master/image/v1/types.go. Throws `UnreadableError` or `MalformedError` where neither says it.
 */
export function readImageStreamTag(tag: unknown): readonly string[] {
  const image = objectAt(tag, 'image');
  const manifests = listAt(image, 'dockerImageManifests') ?? [];
  if (manifests.length > 0) {
    return architecturesOf(manifests.map((item) => ({ architecture: stringAt(item, 'architecture'), os: stringAt(item, 'os') })));
  }
  return architecturesOf([{ architecture: stringAt(image, 'dockerImageMetadata', 'Architecture'), os: undefined }]);
}

const DEFAULT_TAG = 'latest';

/** The name of the tag that a template's `imageStream` means: `name`, or `name:tag`. */
export function imageStreamTagName(imageStream: string): string {
  return imageStream.includes(':') ? imageStream : `${imageStream}:${DEFAULT_TAG}`;
}
