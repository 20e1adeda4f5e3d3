/** The arguments of a call, from any of the ways in which Slack takes them. */
import type { HttpRequest } from '../../shared/http/route.ts';
import { Refusal } from './refusal.ts';
import { isRecord } from './schema.ts';

/** A call's arguments by name; what came as JSON inside a form is already parsed. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A form has only strings, so the SDK writes what is not flat as JSON. */
const JSON_ARGUMENTS: ReadonlySet<string> = new Set(['blocks', 'metadata', 'attachments', 'files']);

/** Reads a form or a JSON body. */
export function readArguments({ headers, body }: Pick<HttpRequest, 'headers' | 'body'>): Arguments {
  if (headers['content-type']?.startsWith('application/json')) return parseObject(body.toString());
  const form = [...new URLSearchParams(body.toString())];
  return Object.fromEntries(form.map(([name, value]) => [name, JSON_ARGUMENTS.has(name) ? parseIfJson(value) : value]));
}

/** An argument as text; numbers count as text, because a form makes no difference. */
export function textArgument(call: Arguments, name: string): string | undefined {
  const value = call[name];
  return typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;
}

/** An argument as text; without it the call is refused. */
export function requiredArgument(call: Arguments, name: string): string {
  const value = textArgument(call, name);
  if (value === undefined) throw new Refusal('invalid_arguments', [`[ERROR] missing required field: ${name}`]);
  return value;
}

/** An argument that is switched on, as JSON or as a form says it. */
export function flagArgument(call: Arguments, name: string): boolean {
  return call[name] === true || call[name] === 'true' || call[name] === '1' || call[name] === 1;
}

/** Arguments that may be written down: without the token. */
export function withoutToken({ token: _, ...rest }: Arguments): Arguments {
  return rest;
}

function parseObject(json: string): Arguments {
  const value = parseIfJson(json);
  if (!isRecord(value)) throw new Refusal('invalid_json');
  return value;
}

/** What is not JSON stays text, for the method to refuse. */
function parseIfJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
