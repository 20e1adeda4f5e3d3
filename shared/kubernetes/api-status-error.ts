/** An answer of the API server that is not 2xx. Apart from the client, so that a dump can be read without loading it. */
export class ApiStatusError extends Error {
  override readonly name = 'ApiStatusError';
  readonly status: number;

  constructor(path: string, status: number, message: string, method = 'GET') {
    super(`${method} ${path}: ${status} ${message}`);
    this.status = status;
  }
}
