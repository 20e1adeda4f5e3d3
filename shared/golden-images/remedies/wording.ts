/** What is said of a proposal, the same wherever it is said. */
import { count, listOf } from '../words.ts';
import { type Acceptance, DRY_RUN_LIMITS } from './acceptance.ts';
import type { Draft, Prediction } from './remedy.ts';

/** Who wrote one path of what a change touches. */
interface PathWriter {
  readonly manager: string;
  readonly path: string;
}

type Noun = 'node' | 'architecture' | 'golden image';

/** Names as the reader gets them: how many, how long and how harmless is for each place to say. */
export type WriteNames = (names: readonly string[], noun: Noun) => string;

/** Whether we would do it; in lower case. */
export function standing({ advised, feasible, isPattern }: Pick<Draft, 'advised' | 'feasible' | 'isPattern'>): string {
  if (advised) return 'advised';
  if (isPattern) return 'for you to complete';
  return feasible ? 'not advised' : 'does not work here';
}

/** The state after it, and the alerts that it starts: a sentence or more each. */
export function predictionSentences(prediction: Prediction, names: WriteNames): readonly string[] {
  const starts = prediction.starts.map(({ alert, goldenImages }) => `Starts ${alert} for ${names(goldenImages, 'golden image')}.`);
  return [stateSentence(prediction, names), ...starts];
}

function stateSentence(prediction: Prediction, names: WriteNames): string {
  const { clears, workloadArchitectures, workloadNodes, open, leaving } = prediction;
  const nodes = `${count(workloadNodes, 'workload node')} (${names(workloadArchitectures, 'architecture')})`;
  const where = open === undefined ? '' : `, VMs can run on ${open} of them`;
  const drop = leaving.length > 0 ? ` ${names(leaving, 'node')} drop${leaving.length === 1 ? 's' : ''} out.` : '';
  return `After it: the alert ${clears ? 'clears' : 'stays'};${importsWords(prediction)} ${nodes}${where}.${drop}`;
}

/** Only where images are imported for more than one architecture. */
function importsWords({ goldenImages }: Prediction): string {
  if (goldenImages === undefined || goldenImages.imports <= goldenImages.images) return '';
  return ` ${count(goldenImages.images, 'golden image')} in ${count(goldenImages.imports, 'import')};`;
}

/** What a person must know first; who shows it says how to find out. */
export function firstQuestion(nodes: readonly string[], names: WriteNames): string {
  return `First: does a virtual machine run on ${names(nodes, 'node')}? Do not do this while one does.`;
}

/** Whether the API server takes it, and who said so; nothing where nobody was asked. */
export function acceptanceSentence({ accepted, by, reason }: Pick<Acceptance, 'accepted' | 'by' | 'reason'>): string | undefined {
  if (accepted && by === 'dry run') return `Accepted by the server (dry run); ${DRY_RUN_LIMITS}.`;
  if (accepted) return `Accepted by this API server’s schema${reason === undefined ? '' : `; ${reason}`}.`;
  if (accepted === false)
    return `Would be refused ${by === 'dry run' ? 'by the server (dry run)' : 'by this API server’s schema'}: ${reason}.`;
  return reason === undefined ? undefined : `Whether this API server accepts it is not known: ${reason}.`;
}

/** What the API server said of a change, and who else writes what it touches. */
export function noteSentences({ warnings }: Pick<Acceptance, 'warnings'>, writers: readonly PathWriter[]): readonly string[] {
  const byPath = Map.groupBy(writers, ({ path }) => path);
  return [
    ...warnings.map((warning) => `The API server warns: ${warning}`),
    ...[...byPath].map(([path, found]) => `${path} was written by ${listOf([...new Set(found.map(({ manager }) => manager))])}.`),
  ];
}
