/** What a request brings along, or how it is refused. */
import type { HttpAnswer, HttpRequest } from '../../shared/http/route.ts';
import { badRequest, unsupportedMediaType } from './answers.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

export type Body = { readonly object: JsonObject } | { readonly refusal: HttpAnswer };

/** A list is a JSON Patch, an object a JSON merge patch. */
export type Patch = JsonObject | readonly JsonObject[];

const MERGE_PATCH = 'application/merge-patch+json';
const JSON_PATCH = 'application/json-patch+json';

/** A JSON merge patch, where no other kind of patch is taken. */
export function mergePatchOf(request: HttpRequest): Body {
  return mediaType(request) === MERGE_PATCH ? mergePatchIn(request) : { refusal: unsupportedMediaType(MERGE_PATCH) };
}

/** A patch of either kind. */
export function patchOf(request: HttpRequest): { readonly patch: Patch } | { readonly refusal: HttpAnswer } {
  if (mediaType(request) === JSON_PATCH) {
    const patch = parsed(request.body);
    const isPatch = Array.isArray(patch) && patch.every(isObject);
    return isPatch ? { patch } : { refusal: badRequest('error decoding patch: the body is not a list of JSON objects') };
  }
  if (mediaType(request) !== MERGE_PATCH) return { refusal: unsupportedMediaType(`${JSON_PATCH}, ${MERGE_PATCH}`) };
  const body = mergePatchIn(request);
  return 'refusal' in body ? body : { patch: body.object };
}

function mediaType({ headers }: HttpRequest): string | undefined {
  const [type] = (headers['content-type'] ?? '').split(';');
  return type?.trim();
}

function mergePatchIn(request: HttpRequest): Body {
  return objectOf(request, 'error decoding patch: the body is not a JSON object');
}

/** A JSON object; `complaint` is what a request without one is told. */
export function objectOf({ body }: HttpRequest, complaint: string): Body {
  const object = parsed(body);
  return isObject(object) ? { object } : { refusal: badRequest(complaint) };
}

function parsed(body: Buffer): Json | undefined {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
