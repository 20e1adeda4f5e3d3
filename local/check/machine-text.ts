/** Values for scripts, as JSON and as YAML. What a terminal would act on, or not show, stands there as an escape. */
import { Document, isScalar, parse, type Scalar, visit } from 'yaml';
import { plain } from '../../shared/plain.ts';

/** `indent` in spaces; on one line without. */
export function toJsonText(value: unknown, indent?: number): string {
  return escapeUnseen(JSON.stringify(value, null, indent), (character) =>
    character.split('').map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`),
  );
}

/** What YAML 1.1 would read as something else than a string is quoted, since half of the readers are of that version. */
export function toYamlText(value: unknown): string {
  const document = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(document, { Scalar: (_key, scalar) => quoteUnseen(scalar) });
  return escapeUnseen(document.toString({ lineWidth: 0 }), (character) => [escapedForYaml(character.codePointAt(0) ?? 0)]);
}

/** YAML as it is, or the same value without what a terminal would act on. */
export function harmlessYaml(text: string): string {
  return isUnseen(text) ? toYamlText(parse(text)) : text;
}

/** Only in double quotes YAML knows escapes. */
function quoteUnseen(scalar: Scalar): void {
  if (isScalar<string>(scalar) && typeof scalar.value === 'string' && isUnseen(scalar.value)) scalar.type = 'QUOTE_DOUBLE';
}

function isUnseen(text: string): boolean {
  const line = text.replaceAll('\n', '');
  return plain(line) !== line;
}

function escapedForYaml(codePoint: number): string {
  return codePoint > 0xffff ? `\\U${hex(codePoint, 8)}` : `\\u${hex(codePoint, 4)}`;
}

/** Line breaks stay: both forms write those of a string in their own way. */
function escapeUnseen(text: string, escaped: (character: string) => readonly string[]): string {
  if (!isUnseen(text)) return text;
  return [...text].map((character) => (character !== '\n' && isUnseen(character) ? escaped(character).join('') : character)).join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
