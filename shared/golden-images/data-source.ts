/** CDI's DataSources and DataVolumes, reduced to which image they are and what is said of its architecture. */
import { type CloneSource, readCloneSource } from './boot-disk.ts';
import { objectAt, stringMapAt } from './json.ts';
import { readIdentity, readTime } from './virtual-machine.ts';

/** The DataImportCron that keeps it fresh (CDI `pkg/common/common.go`). */
const CRON_LABEL = 'cdi.kubevirt.io/dataImportCron';
/** SSP puts it on what it imports for one architecture. */
const ARCHITECTURE_LABEL = 'template.kubevirt.io/architecture';
/** Said by the image, and copied to what it is imported to (CDI `import-controller.go:477`). */
export const PREFERENCE_LABEL = 'instancetype.kubevirt.io/default-preference';

/** What is in the claim came from elsewhere, such as a restored snapshot, whatever the DataVolume says (CDI `pkg/controller/common/util.go`). */
const FILLED_OTHERWISE = ['cdi.kubevirt.io/storage.prePopulated', 'cdi.kubevirt.io/storage.populatedFor'];

interface ImageLabels {
  readonly cron: string | undefined;
  /** It was imported for this architecture and no other. */
  readonly architecture: string | undefined;
  readonly preference: string | undefined;
}

export interface DataSource extends ImageLabels {
  readonly namespace: string;
  readonly name: string;
  /** The version of the image that it stands for now, or the DataSource that it points to. */
  readonly source: CloneSource | undefined;
}

export interface DataVolume extends ImageLabels {
  readonly namespace: string;
  readonly name: string;
  /** RFC 3339; undefined where the object does not say. */
  readonly createdAt: string | undefined;
  /** Of a machine's disk KubeVirt has resolved it: then it is the version that was cloned, not the DataSource. Undefined where none was. */
  readonly source: CloneSource | undefined;
}

/** Reads a DataSource object. Throws `MalformedError` where it is not one. */
export function readDataSource(object: unknown): DataSource {
  const { namespace, name } = readIdentity('DataSource', object);
  return { namespace, name, ...readLabels(object), source: readCloneSource(objectAt(object, 'spec'), namespace) };
}

/** Reads a DataVolume object. Throws `MalformedError` where it is not one. */
export function readDataVolume(object: unknown): DataVolume {
  const { namespace, name } = readIdentity('DataVolume', object);
  const annotations = stringMapAt(object, 'metadata', 'annotations');
  const isClone = !FILLED_OTHERWISE.some((annotation) => annotation in annotations);
  const source = isClone ? readCloneSource(objectAt(object, 'spec'), namespace) : undefined;
  return { namespace, name, ...readLabels(object), createdAt: readTime(object), source };
}

function readLabels(object: unknown): ImageLabels {
  const labels = stringMapAt(object, 'metadata', 'labels');
  return {
    cron: labels[CRON_LABEL] || undefined,
    architecture: labels[ARCHITECTURE_LABEL] || undefined,
    preference: labels[PREFERENCE_LABEL] || undefined,
  };
}
