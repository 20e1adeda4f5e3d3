/** What makes the server refuse a change of the CR, whatever the change. */
import { nameOf, ownTemplates } from '../templates.ts';
import { listOf } from '../words.ts';
import type { Situation } from './remedy.ts';
import { sspRefusal } from './ssp.ts';

/** Why the server is likely to refuse every change here; undefined where nothing says that it would. */
export function likelyRefusal({ evidence, hyperConverged: { object }, version }: Situation): string | undefined {
  return sspRefusal(evidence) ?? doubleNames(ownTemplates(object, version).map(nameOf));
}

/** HCO neither reconciles nor admits a CR with two templates of one name. */
function doubleNames(names: readonly string[]): string | undefined {
  const double = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return double.size === 0
    ? undefined
    : `The CR has two templates named ${listOf([...double])}: HCO refuses every change until one is gone.`;
}
