/** What a function answers over HTTP: routes, requests, answers, and errors that are answers. */
import type { IncomingHttpHeaders } from 'node:http';

/** A request that will never be right, however often it comes again. Its message is the answer: one sentence. */
export class BadRequestError extends Error {
  override readonly name: string = 'BadRequestError';
  readonly status: number = 400;
}

/** A request that is larger than we take. */
export class TooLargeError extends BadRequestError {
  override readonly name = 'TooLargeError';
  override readonly status = 413;
}

/** A caller that did not prove who it is. */
export class UnauthorizedError extends BadRequestError {
  override readonly name = 'UnauthorizedError';
  override readonly status = 401;
}

/** A caller that proved who it is, and is not one of those who may. */
export class ForbiddenError extends BadRequestError {
  override readonly name = 'ForbiddenError';
  override readonly status = 403;
}

/** What can be known only later: the caller comes again, and nothing is broken. The same one is thrown until then, and said once. */
export class NotKnownYetError extends Error {
  override readonly name = 'NotKnownYetError';
}

export interface HttpRequest {
  readonly method: string;
  /** The path as it was asked for, without the query. */
  readonly path: string;
  /** Path parameters by name; a wildcard (`*rest`) holds its segments joined by `/`. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Iterables are streamed; their `return` is called when the caller goes away. */
  readonly body?: string | Uint8Array | AsyncIterable<string>;
}

export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete' | 'all';
  /** An Express 5 path: `/alerts`, `/nodes/:name`, `/files/*rest`. */
  readonly path: string;
  /** Bytes; a larger body is 413. */
  readonly bodyLimit?: number;
  /** In ms. A body that takes longer ends its connection; half a minute unless it is said. */
  readonly bodyTimeMs?: number;
  /** Throws `UnauthorizedError` or `ForbiddenError` for a caller that is not let in; runs before the body is read. */
  readonly authenticate?: (headers: IncomingHttpHeaders) => Promise<void>;
  readonly handle: (request: HttpRequest) => Promise<HttpAnswer>;
  /** Whether each request is a delivery: counted, said in one line of the log and traced. */
  readonly isDelivery?: boolean;
}

/** Done, and nothing to say about it. */
export const NO_CONTENT: HttpAnswer = { status: 204 };
