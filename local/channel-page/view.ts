/** Who looks, and when: what a time looks like depends on it. */
export interface View {
  readonly now: Date;
  /** An IANA name, such as `Europe/Prague`. */
  readonly timeZone: string;
}

/** Everybody who looks from this machine. */
export function viewFrom(now: Date): View {
  return { now, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone };
}
