/** What the page's script says was clicked. */
import { BadRequestError } from '../../shared/http/route.ts';
import type { Click } from '../embedded-slack/clickable.ts';
import { isRecord } from '../embedded-slack/schema.ts';

/** Throws `BadRequestError` for what names nothing that could be clicked. */
export function parseClick(body: Buffer): Click {
  const { ts, action, option } = parseObject(body);
  if (typeof ts !== 'string' || typeof action !== 'string') throw new BadRequestError('a click names ts and action');
  if (option !== undefined && typeof option !== 'string') throw new BadRequestError('the option of a click is a text');
  return { ts, actionId: action, ...(option === undefined ? {} : { option }) };
}

function parseObject(body: Buffer): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : {};
  } catch {
    throw new BadRequestError('a click is not JSON');
  }
}
