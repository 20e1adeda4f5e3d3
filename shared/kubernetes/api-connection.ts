/** What may be asked of the API server. */

/** Authenticated once, its sockets shared by all requests. */
export interface ApiConnection {
  /** The JSON at `path`. Throws `ApiStatusError`, or what the connection, the time limit or the parser threw. */
  get(path: string, signal: AbortSignal): Promise<unknown>;
  /**
   * Creates an object with POST, or changes one with PATCH: a list is a JSON Patch, an object a JSON merge patch. Returns it as it is now.
   * `warn` is told of each warning in the answer, also where it is refused. Throws as `get`.
   */
  send(method: 'POST' | 'PATCH', path: string, body: object, signal: AbortSignal, warn?: (warning: string) => void): Promise<unknown>;
  close(): Promise<void>;
}

export type Connect = () => Promise<ApiConnection>;
