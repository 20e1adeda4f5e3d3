/** Answers as an API server words them: objects as JSON, and every refusal as a Status. */
import type { HttpAnswer } from '../../shared/http/route.ts';
import type { Json } from './json.ts';
import type { Cause } from './structural-schema.ts';

/** 201 with a new object. */
export function created(object: object): HttpAnswer {
  return json(201, object, []);
}

/** 200 with an object; each unknown field of a request becomes a warning. */
export function answer(object: object, unknown: readonly string[] = []): HttpAnswer {
  return json(200, object, unknown);
}

/** What a request was about, as messages and `details` name it. */
export interface Subject {
  readonly group: string;
  /** Plural, as in the path. */
  readonly kind: string;
  readonly name?: string;
}

export function noSuchPath(): HttpAnswer {
  return refusal(404, 'NotFound', 'the server could not find the requested resource', { details: {} });
}

export function notFound(subject: Subject): HttpAnswer {
  return refusal(404, 'NotFound', `${qualified(subject)} "${subject.name}" not found`, { details: detailsOf(subject) });
}

export function forbidden(subject: Subject, verb: string, scope: string): HttpAnswer {
  const name = subject.name === undefined ? '' : ` "${subject.name}"`;
  const user = 'system:serviceaccount:archwatch:archwatch';
  const what = `User "${user}" cannot ${verb} resource "${subject.kind}" in API group "${subject.group}" ${scope}`;
  return refusal(403, 'Forbidden', `${qualified(subject)}${name} is forbidden: ${what}`, { details: detailsOf(subject) });
}

export function unavailable(): HttpAnswer {
  return refusal(503, 'ServiceUnavailable', 'the server is currently unable to handle the request', {});
}

export function internalError(message: string): HttpAnswer {
  return refusal(500, 'InternalError', message, { details: { causes: [{ message }] } });
}

export function badRequest(message: string): HttpAnswer {
  return refusal(400, 'BadRequest', message, {});
}

export function unsupportedMediaType(accepted: string): HttpAnswer {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted}`;
  return refusal(415, 'UnsupportedMediaType', message, {});
}

/** The token of a list is too old; the metadata holds one that goes on regardless. */
export function expired(token: string): HttpAnswer {
  const message =
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue ' +
    'parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token ' +
    'results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and ' +
    'now may show up in the list.';
  return refusal(410, 'Expired', message, { metadata: { continue: token } });
}

export function conflict(subject: Subject): HttpAnswer {
  const cause = 'the object has been modified; please apply your changes to the latest version and try again';
  const message = `Operation cannot be fulfilled on ${qualified(subject)} "${subject.name}": ${cause}`;
  return refusal(409, 'Conflict', message, { details: detailsOf(subject) });
}

export function alreadyExists(subject: Subject): HttpAnswer {
  return refusal(409, 'AlreadyExists', `${qualified(subject)} "${subject.name}" already exists`, { details: detailsOf(subject) });
}

export function denied(reason: string): HttpAnswer {
  return refusal(403, 'Forbidden', `admission webhook "validate-hco.kubevirt.io" denied the request: ${reason}`, {});
}

/** Here `kind` is the object's kind, as the server has it for this answer alone. */
export function invalid(subject: Subject, causes: readonly Cause[], unknown: readonly string[]): HttpAnswer {
  const faults = causes.map(({ field, message }) => `${field}: ${message}`);
  const listed = faults.length === 1 ? faults.join() : `[${faults.join(', ')}]`;
  const message = `${subject.kind}.${subject.group} "${subject.name}" is invalid: ${listed}`;
  return json(422, status(422, 'Invalid', message, { details: { ...detailsOf(subject), causes } }), unknown);
}

/** A JSON Patch that does not apply: the server does not say which operation, nor why. */
export function inapplicable(): HttpAnswer {
  return refusal(422, 'Invalid', 'the server rejected our request due to an error in our request', { details: {} });
}

/** Strict field validation; the server shows the whole object before it says what is wrong. */
export function unknownFields(object: Json, unknown: readonly string[]): HttpAnswer {
  const fields = unknown.map((path) => `unknown field ${JSON.stringify(path)}`).join(', ');
  const message = `Invalid value: ${JSON.stringify(JSON.stringify(object))}: strict decoding error: ${fields}`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'patch' }];
  return refusal(422, 'Invalid', ` "" is invalid: patch: ${message}`, { details: { causes } });
}

function refusal(code: number, reason: string, message: string, rest: object): HttpAnswer {
  return json(code, status(code, reason, message, rest), []);
}

function status(code: number, reason: string, message: string, rest: object): object {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason, ...rest, code };
}

function json(code: number, object: object, unknown: readonly string[]): HttpAnswer {
  const warning = unknown.map((path) => `299 - ${JSON.stringify(`unknown field ${JSON.stringify(path)}`)}`).join(', ');
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };
  return { status: code, headers: warning === '' ? headers : { ...headers, warning }, body: JSON.stringify(object) };
}

function qualified({ kind, group }: Subject): string {
  return group === '' ? kind : `${kind}.${group}`;
}

function detailsOf({ name, group, kind }: Subject): object {
  return { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind };
}
