import type { IntakeOptions } from "../intake/intake_options.ts";

/** The options of a server that HTTP keeps itself or hands to the intake. */
export interface HttpOptions extends Omit<IntakeOptions, "remote"> {
  /** Whether `/metrics` needs no key. */
  metricsPublic?: boolean;
  /** The prefix that a proxy puts before every path; empty for nothing. */
  basePath?: string;
}
