/** An option that cannot do what it says, beside another one. */
export interface Conflict {
  parameter: string;
  value: unknown;
  /** The option that is in its way, or that is missing. */
  other: string;
  /** The rest of `Cannot use 'parameter': …`. */
  reason: string;
  /** What would be allowed. */
  allowed: unknown;
}
