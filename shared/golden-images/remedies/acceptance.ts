/** Whether a change was found good before it is shown. */

export interface Acceptance {
  /** `null` where nobody was asked, or nobody could answer. */
  readonly accepted: boolean | null;
  /** Who said so: the schema that the API server publishes, or the server itself in a dry run. Undefined where nobody was asked. */
  readonly by: 'schema' | 'dry run' | undefined;
  /** Why not, or why nobody could answer; beside a yes of the schema, why the server itself was not asked. */
  readonly reason: string | undefined;
  /** What the server wants to be known about the change, in its own words. */
  readonly warnings: readonly string[];
}

export const NOT_ASKED: Acceptance = { accepted: null, by: undefined, reason: undefined, warnings: [] };

/** What an accepted dry run does not tell: it uses the architectures from before the change (HCO `golden_images.go:65`, `validator.go:593`). */
export const DRY_RUN_LIMITS = 'whether SSP and CDI will carry it out is not known by that';
