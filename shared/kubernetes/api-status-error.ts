/** An answer of the API server that is not 2xx. Apart from the client, so that a dump can be read without loading it. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly status: number;
  /** The answer's JSON, a `Status` where the API server itself wrote it; undefined where it is none. */
  readonly answer: unknown;

  constructor(path: string, status: number, message: string, method = 'GET', answer: unknown = undefined) {
    super(`${method} ${path}: ${status} ${message}`);
    this.status = status;
    this.answer = answer;
  }
}
