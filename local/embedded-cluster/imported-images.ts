/** What SSP and CDI make of the golden images that HCO hands on: DataSources, and the DataVolumes that hold the imported images. */
import { createHash } from 'node:crypto';
import { ARCHITECTURES } from './common-templates.ts';
import { isDeployed, nameOf } from './golden-images.ts';
import { type JsonObject, textAt } from './json.ts';

/** Where golden images are kept upstream, unless their template says otherwise. */
export const IMAGES_NAMESPACE = 'kubevirt-os-images';

/** A DataSource that is to be there. */
export type WantedSource =
  /** It stands for the newest import. */
  | { readonly kind: 'import'; readonly namespace: string; readonly name: string; readonly import: Import }
  /** It stands for another DataSource of its namespace, that of the usual architecture. */
  | { readonly kind: 'pointer'; readonly namespace: string; readonly name: string; readonly to: string };

export interface Import {
  /** The DataImportCron. */
  readonly cron: string;
  /** For which it is imported; undefined for whatever node the importer runs on. */
  readonly architecture: string | undefined;
  readonly url: string;
  readonly size: string;
}

export interface Architectures {
  /** In the order in which SSP tries them for the usual one: the control plane's, then the workload nodes'. */
  readonly cluster: readonly string[];
  /** The multi-architecture import. */
  readonly isOn: boolean;
}

/** The DataSources of these templates, as `status.dataImportCronTemplates` has them. */
export function wantedSources(templates: readonly JsonObject[], { cluster, isOn }: Architectures): readonly WantedSource[] {
  return templates.filter(isDeployed).flatMap((template) => {
    const declared = isOn ? (textAt(template, 'metadata', 'annotations', ARCHITECTURES) ?? '') : '';
    const architectures = [...new Set(declared.split(','))].filter((architecture) => architecture !== '');
    return architectures.length === 0
      ? [imported(template)]
      : [...architectures.map((each) => imported(template, each)), pointer(template)];

    function pointer(of: JsonObject): WantedSource {
      const usual = cluster.find((architecture) => architectures.includes(architecture)) ?? architectures[0];
      return { kind: 'pointer', namespace: namespaceOf(of), name: sourceOf(of), to: `${sourceOf(of)}-${usual}` };
    }
  });
}

function imported(template: JsonObject, architecture?: string): WantedSource {
  const suffix = architecture === undefined ? '' : `-${architecture}`;
  return {
    kind: 'import',
    namespace: namespaceOf(template),
    name: `${sourceOf(template)}${suffix}`,
    import: {
      cron: `${nameOf(template)}${suffix}`,
      architecture,
      url: textAt(template, 'spec', 'template', 'spec', 'source', 'registry', 'url') ?? '',
      size: textAt(template, 'spec', 'template', 'spec', 'storage', 'resources', 'requests', 'storage') ?? '10Gi',
    },
  };
}

function sourceOf(template: JsonObject): string {
  return textAt(template, 'spec', 'managedDataSource') ?? '';
}

function namespaceOf(template: JsonObject): string {
  return textAt(template, 'metadata', 'namespace') ?? IMAGES_NAMESPACE;
}

/** The digest that a tag had when it was looked at for the nth time with something new: 12 of its digits, as in the names of imports. */
export function digestOf(url: string, nth: number): string {
  return createHash('sha256').update(`${url} ${nth}`).digest('hex').slice(0, 12);
}
