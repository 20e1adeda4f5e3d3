/**
 * HCO's two gauges of each golden image: whether it says its architectures, and whether this cluster has one of them. They are set while the
 * import is on and taken away by nobody, so they keep what they said until the operator starts anew (`golden_images.go:74-98`).
 */
import { isDeployed, nameOf } from './golden-images.ts';
import { type JsonObject, textAt } from './json.ts';

export interface ImageGauges {
  /** In lower case, as in the labels of the series. */
  readonly image: string;
  readonly dataSource: string;
  /** `kubevirt_hco_dataimportcrontemplate_with_architecture_annotation`; undefined where it was never set. */
  readonly withAnnotation: 0 | 1 | undefined;
  /** `kubevirt_hco_dataimportcrontemplate_with_supported_architectures`. */
  readonly withSupported: 0 | 1 | undefined;
}

export interface GaugeKeeper {
  /** What HCO does with each golden image that it decides on while the import is on. */
  set(templates: readonly JsonObject[]): void;
  /** The operator has started anew. */
  forget(): void;
  /** By image. */
  all(): readonly ImageGauges[];
}

export function createGaugeKeeper(): GaugeKeeper {
  const gauges = new Map<string, ImageGauges>();
  return {
    set: (templates) => {
      for (const template of templates) {
        const series = {
          image: nameOf(template).toLowerCase(),
          dataSource: (textAt(template, 'spec', 'managedDataSource') ?? '').toLowerCase(),
        };
        const key = `${series.image} ${series.dataSource}`;
        gauges.set(key, { ...series, ...valuesOf(template, gauges.get(key)) });
      }
    },
    forget: () => gauges.clear(),
    all: () => [...gauges.values()].toSorted((a, b) => (a.image < b.image ? -1 : 1)),
  };
}

/** Without an annotation nothing is said about what it supports: the other gauge stays as it was. */
function valuesOf(template: JsonObject, before: ImageGauges | undefined): Pick<ImageGauges, 'withAnnotation' | 'withSupported'> {
  const original = textAt(template, 'status', 'originalSupportedArchitectures') ?? '';
  if (original === '') return { withAnnotation: 0, withSupported: before?.withSupported };
  return { withAnnotation: 1, withSupported: isDeployed(template) ? 1 : 0 };
}
