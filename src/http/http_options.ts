/** The options of a server that HTTP itself keeps. */
export interface HttpOptions {
  /** Largest accepted body; undefined for no bound. */
  maxBodyBytes?: number;
  /** Most bytes of text from a compressed body; undefined for no bound. */
  maxExpandedBytes?: number;
  /** Most bytes of text per byte of a compressed body; undefined for no bound. */
  maxRatio?: number;
  /** How long a body may stall. */
  readTimeoutMs: number;
  /** Longest time from a body's first read to its end; undefined for no bound. */
  uploadTimeoutMs?: number;
  /** Whether the texts behind URLs may be counted. */
  allowUrls?: boolean;
  /** Whether the hosts of URLs may be outside of the public internet. */
  allowPrivateUrls?: boolean;
  /** Whether `/metrics` needs no key. */
  metricsPublic?: boolean;
  /** The prefix that a proxy puts before every path; empty for nothing. */
  basePath?: string;
}
