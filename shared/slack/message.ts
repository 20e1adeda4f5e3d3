/** An incident as one Slack message. Pure: the same incident gives the same message. */
import { createHash } from 'node:crypto';
import { count } from '../golden-images/words.ts';
import type { Episode, Facts, Incident } from '../incidents/incident.ts';
import type { SlackButton } from './actions.ts';
import { buttonsPart } from './buttons-part.ts';
import { evidencePart } from './evidence-part.ts';
import { headline } from './headline.ts';
import { MAX_BLOCKS, MAX_HEADER, MAX_KEY, MAX_NOTIFICATION, MAX_TOTAL_TEXT } from './limits.ts';
import { linksPart } from './links-part.ts';
import { leavesOutNodes, nodeList, nodesPart } from './nodes-part.ts';
import { ownerPart } from './owner-part.ts';
import { recommendationPart, recommended } from './recommendation-part.ts';
import { type Foldable, isShownWhole, type Option, type RemedyDetail, remedyPart, remedyText } from './remedy-part.ts';
import { type Block, bold, paragraph, richText, words } from './rich-text.ts';
import { leavesOutMachines, machineList, riskPart } from './risk-part.ts';
import { statusPart } from './status-part.ts';
import { knowingStuck } from './stuck.ts';
import { escapeMrkdwn, lengthInSlack } from './text.ts';

/** Machine-readable, on every post and edit: by it a message is found again. Readable by the whole workspace. */
export interface IncidentMetadata {
  readonly event_type: 'archwatch_incident';
  readonly event_payload: {
    readonly key: string;
    readonly episode: string;
    readonly verdict: string;
    readonly condition: string;
    readonly claim: string;
    readonly revision: number;
  };
}

/** What belongs to the message and does not fit into it. */
export interface AttachedFile {
  readonly name: string;
  readonly title: string;
  readonly content: string;
}

export interface Message {
  /** For notifications and screen readers; mrkdwn. */
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The same without folding, for a Slack that does not know `container`. */
  readonly flatBlocks: readonly Block[];
  /** Unfolded, with as little detail as there is. */
  readonly shortBlocks: readonly Block[];
  readonly metadata: IncidentMetadata;
  readonly files: readonly AttachedFile[];
}

export interface MessageSettings {
  /** Base of links to the CR; undefined to find it in the alert. */
  readonly consoleUrl: string | undefined;
  /** What a person is offered to click. */
  readonly buttons: readonly SlackButton[];
}

/** How much is shown; each level is smaller than the one before, and the last fits whatever there is. */
interface Detail extends RemedyDetail {
  readonly remedies: number;
}

const DETAILS: readonly Detail[] = [
  { names: 8, architectures: 8, sentences: 12, sentence: 500, inline: 1_500, remedies: 6 },
  { names: 3, architectures: 6, sentences: 8, sentence: 400, inline: 1_500, remedies: 4 },
  { names: 3, architectures: 6, sentences: 8, sentence: 400, inline: 800, remedies: 4 },
  { names: 1, architectures: 4, sentences: 4, sentence: 300, inline: 300, remedies: 3 },
];
const SMALLEST: Detail = { names: 0, architectures: 2, sentences: 2, sentence: 150, inline: 0, remedies: 1 };

/** Renders the current episode of an incident in as much detail as fits. */
export function renderIncident(incident: Incident, recorded: Episode, settings: MessageSettings): Message {
  const episode = knowingStuck(incident, recorded);
  const short = render(incident, episode, settings, SMALLEST);
  for (const detail of DETAILS) {
    const message = render(incident, episode, settings, detail);
    if (fits(message)) return { ...message, shortBlocks: short.flatBlocks };
  }
  return { ...short, shortBlocks: short.flatBlocks };
}

function fits({ flatBlocks }: Pick<Message, 'flatBlocks'>): boolean {
  return flatBlocks.length <= MAX_BLOCKS && textLength(flatBlocks) <= MAX_TOTAL_TEXT;
}

function render(incident: Incident, episode: Episode, settings: MessageSettings, detail: Detail): Omit<Message, 'shortBlocks'> {
  const head = [
    { type: 'header' as const, text: { type: 'plain_text' as const, text: headline(incident, episode, MAX_HEADER), emoji: true } },
    statusPart(incident, episode),
  ];
  const { facts } = episode;
  const doors = present([buttonsPart(incident, episode, settings.buttons), linksPart(incident, episode, settings.consoleUrl)]);
  const shown = episode.overAt === undefined ? facts : undefined;
  const options = shown ?? (episode.verdict === 'stale' ? facts : undefined);
  const said = shown ? [recommendationPart(shown), ...schemaNote(shown)] : facts ? stillFiring(options) : [passedOn()];
  const why = facts ? present([evidencePart(facts, detail)]) : [];
  const nodes = present([shown?.condition.evidence && nodesPart(shown.condition.evidence, detail)]);
  const risk = present([shown && riskPart(shown, detail)]);
  const before = [...head, ...said, ...doors, ...why, ...nodes, ...risk];
  const folded = options ? foldables(options, detail) : [];
  const files = [...(shown ? listsOf(shown, detail) : []), ...(options ? optionsFile(options, detail) : [])];
  const after = [...omitted(options, detail), ...present([shown && ownerPart(shown)]), ...attached(files)];
  return {
    text: escapeMrkdwn(headline(incident, episode, MAX_NOTIFICATION)),
    blocks: [...before, ...folded.map(toContainer), ...after],
    flatBlocks: [...before, ...folded.flatMap(flatten), ...after],
    metadata: metadataOf(incident, episode),
    files,
  };
}

function present(blocks: readonly (Block | undefined)[]): readonly Block[] {
  return blocks.filter((block) => block !== undefined);
}

/** It is over, and the alert does not know it: nothing, unless something can be done about that. */
function stillFiring(facts: Facts | undefined): readonly Block[] {
  return facts && recommended(facts) !== undefined ? [recommendationPart(facts)] : [];
}

/** The alert is passed on: it may be true. */
function passedOn(): Block {
  return richText(paragraph(bold('Take the alert for true until it is checked: follow the runbook. This message is corrected then.')));
}

function schemaNote({ schemaFailure }: Facts): readonly Block[] {
  if (!schemaFailure) return [];
  return [
    richText(
      paragraph(
        words(
          `The API server did not say which fields it takes (${schemaFailure.reason}): the changes are for v1beta1, which every release takes.`,
        ),
      ),
    ),
  ];
}

/** Open is what is recommended. */
function foldables(facts: Facts, detail: Detail): readonly (Foldable & { readonly open: boolean })[] {
  const best = recommended(facts);
  return optionsOf(facts)
    .slice(0, detail.remedies)
    .map((option, index) => ({ ...remedyPart(option, detail), open: index === best }));
}

function optionsOf({ remedies, condition: { evidence } }: Facts): readonly Option[] {
  return remedies.map((remedy, index) => ({ remedy, number: index + 1, evidence }));
}

function omitted(facts: Facts | undefined, { remedies: shown }: Detail): readonly Block[] {
  const more = (facts?.remedies.length ?? 0) - shown;
  return more > 0 ? [richText(paragraph(words(`and ${count(more, 'more option')}, in options.txt`)))] : [];
}

function toContainer({ title, children, open }: ReturnType<typeof foldables>[number]): Block {
  return {
    type: 'container',
    title: { type: 'plain_text', text: title },
    child_blocks: children.filter((child) => child.type === 'rich_text'),
    is_collapsible: true,
    default_collapsed: !open,
  };
}

function flatten({ title, children }: Foldable): readonly Block[] {
  return [richText(paragraph(bold(title))), ...children];
}

function listsOf(facts: Facts, detail: Detail): readonly AttachedFile[] {
  const { evidence } = facts.condition;
  return [
    ...(evidence && leavesOutNodes(evidence, detail)
      ? [{ name: 'nodes.txt', title: 'All workload nodes', content: nodeList(evidence) }]
      : []),
    ...(leavesOutMachines(facts, detail)
      ? [{ name: 'virtual-machines.txt', title: 'Virtual machines in question', content: machineList(facts) }]
      : []),
  ];
}

function optionsFile(facts: Facts, detail: Detail): readonly AttachedFile[] {
  const isWhole = (option: Option) => option.number <= detail.remedies && isShownWhole(option, detail);
  const left = optionsOf(facts).filter((option) => !isWhole(option));
  const content = left.map((option) => remedyText(option, detail)).join('\n');
  return left.length > 0 ? [{ name: 'options.txt', title: 'Options that do not fit into the message', content }] : [];
}

function attached(files: readonly AttachedFile[]): readonly Block[] {
  return files.length > 0 ? [richText(paragraph(words(`In the thread: ${files.map(({ name }) => name).join(', ')}`)))] : [];
}

function metadataOf({ key }: Incident, { id, verdict, claim, failure, facts, revision }: Episode): IncidentMetadata {
  const condition = failure || !facts ? 'unknown' : facts.condition.kind;
  return { event_type: 'archwatch_incident', event_payload: { key: metadataKey(key), episode: id, verdict, condition, claim, revision } };
}

/** The incident's key as metadata carry it: itself, or its digest where it is too long for them. */
export function metadataKey(key: string): string {
  return key.length <= MAX_KEY ? key : createHash('sha256').update(key).digest('hex');
}

/** All text of some blocks as Slack counts it: with `&<>` expanded, links and labels included. */
function textLength(value: unknown): number {
  if (typeof value === 'string') return lengthInSlack(value);
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + textLength(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce((sum, [name, member]) => sum + (NO_TEXT.includes(name) ? 0 : textLength(member)), 0);
}

const NO_TEXT = ['type', 'style', 'block_id', 'action_id', 'value', 'format'];
