/** What a request brings along, or how it is refused. */
import type { HttpAnswer, HttpRequest } from '../../shared/http.ts';
import { badRequest, unsupportedMediaType } from './answers.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

export type Body = { readonly object: JsonObject } | { readonly refusal: HttpAnswer };

const MERGE_PATCH = 'application/merge-patch+json';

/** A JSON merge patch, which is the only kind of patch that is taken here. */
export function mergePatchOf(request: HttpRequest): Body {
  const [type] = (request.headers['content-type'] ?? '').split(';');
  if (type?.trim() !== MERGE_PATCH) return { refusal: unsupportedMediaType(MERGE_PATCH) };
  return objectOf(request, 'error decoding patch: the body is not a JSON object');
}

/** A JSON object; `complaint` is what a request without one is told. */
export function objectOf({ body }: HttpRequest, complaint: string): Body {
  const object = parseObject(body);
  return object === undefined ? { refusal: badRequest(complaint) } : { object };
}

function parseObject(body: Buffer): JsonObject | undefined {
  try {
    const parsed: Json = JSON.parse(body.toString());
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
