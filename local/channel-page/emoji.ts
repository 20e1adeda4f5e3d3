/** The emoji that messages about clusters use, by Slack's names. Those that carry a state are drawn by the style sheet: not every machine has them. */
import { type Html, html } from './html.ts';

const DRAWN: ReadonlyMap<string, string> = new Map([
  ['🔴', 'red'],
  ['🟠', 'orange'],
  ['🟡', 'yellow'],
  ['🟢', 'green'],
  ['🔵', 'blue'],
  ['🟣', 'purple'],
  ['⚪', 'white'],
  ['✅', 'check'],
  ['❌', 'cross'],
  ['⚠️', 'warning'],
  ['🚨', 'alarm'],
]);
const DRAWN_IN_TEXT = new RegExp(`(${[...DRAWN.keys()].join('|')})`);

const EMOJI: ReadonlyMap<string, string> = new Map([
  ['alarm_clock', '⏰'],
  ['arrow_down', '⬇️'],
  ['arrow_right', '➡️'],
  ['arrow_up', '⬆️'],
  ['arrows_counterclockwise', '🔄'],
  ['bell', '🔔'],
  ['bulb', '💡'],
  ['check', '✔️'],
  ['construction', '🚧'],
  ['eyes', '👀'],
  ['fire', '🔥'],
  ['grey_question', '❔'],
  ['heavy_check_mark', '✔️'],
  ['hourglass_flowing_sand', '⏳'],
  ['information_source', 'ℹ️'],
  ['large_blue_circle', '🔵'],
  ['large_green_circle', '🟢'],
  ['large_orange_circle', '🟠'],
  ['large_purple_circle', '🟣'],
  ['large_yellow_circle', '🟡'],
  ['link', '🔗'],
  ['lock', '🔒'],
  ['mag', '🔍'],
  ['memo', '📝'],
  ['mute', '🔇'],
  ['no_bell', '🔕'],
  ['no_entry', '⛔'],
  ['paperclip', '📎'],
  ['question', '❓'],
  ['red_circle', '🔴'],
  ['rotating_light', '🚨'],
  ['seedling', '🌱'],
  ['warning', '⚠️'],
  ['white_check_mark', '✅'],
  ['white_circle', '⚪'],
  ['wrench', '🔧'],
  ['x', '❌'],
]);

/** An emoji that we know, else its name between colons. */
export function emoji(name: string, unicode?: string): Html {
  const character = EMOJI.get(name) ?? fromHex(unicode);
  return character === undefined ? html`:${name}:` : draw(character);
}

/** A text in which emoji may stand as characters. */
export function renderWords(text: string): Html {
  return html`${text.split(DRAWN_IN_TEXT).map((piece, index) => (index % 2 === 1 ? draw(piece) : piece))}`;
}

function draw(character: string): Html {
  const look = DRAWN.get(character);
  return look === undefined ? html`${character}` : html`<span class="emoji ${look}">${character}</span>`;
}

/** Whether `:name:` in a text means an emoji. */
export function isEmoji(name: string): boolean {
  return EMOJI.has(name);
}

/** Slack writes code points as `1f6a8` or `2611-fe0f`. */
function fromHex(unicode = ''): string | undefined {
  if (!/^[0-9a-f]{2,5}(-[0-9a-f]{2,5})*$/.test(unicode)) return undefined;
  return String.fromCodePoint(...unicode.split('-').map((code) => Number.parseInt(code, 16)));
}
