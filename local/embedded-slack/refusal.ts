/** How Slack says no: HTTP 200, `ok: false`, a code, and sometimes where and what. */

/** A call that Slack does not carry out. Its message is Slack's error code. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly details: readonly string[];

  constructor(code: string, details: readonly string[] = []) {
    super(code);
    this.details = details;
  }
}
