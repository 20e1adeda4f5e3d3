/** What makes the server refuse a change of the CR, whatever the change. */
import { numberAt } from '../json.ts';
import { nameOf, ownTemplates } from '../templates.ts';
import { listOf } from '../words.ts';
import type { Situation } from './remedy.ts';
import { sspRefusal } from './ssp.ts';

/** Why the server is likely to refuse every change here; undefined where nothing says that it would. */
export function likelyRefusal({ evidence, hyperConverged: { object }, version }: Situation): string | undefined {
  return sspRefusal(evidence) ?? doubleNames(ownTemplates(object, version).map(nameOf));
}

/** Why what HCO reports may not be what the CR says by now; undefined where it has taken the last change. */
export function notYetTaken({ hyperConverged: { object } }: Situation): string | undefined {
  const [generation, observed] = [numberAt(object, 'metadata', 'generation'), numberAt(object, 'status', 'observedGeneration')];
  if (generation === undefined || observed === undefined || observed >= generation) return undefined;
  return `HCO has not taken over the last change of the HyperConverged yet (generation ${generation}, it has seen ${observed}): look again first.`;
}

/** HCO neither reconciles nor admits a CR with two templates of one name. */
function doubleNames(names: readonly string[]): string | undefined {
  const double = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return double.size === 0
    ? undefined
    : `The CR has two templates named ${listOf([...double])}: HCO refuses every change until one is gone.`;
}
