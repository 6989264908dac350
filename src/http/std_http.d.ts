// Deno's standard library comes from npm without its types.

/** The one of `types` that the request's Accept prefers, or undefined when it takes none. */
export function accepts(
  request: Pick<Request, "headers">,
  ...types: string[]
): string | undefined;

/** The one of `encodings` that the request's Accept-Encoding prefers, likewise. */
export function acceptsEncodings(
  request: Pick<Request, "headers">,
  ...encodings: string[]
): string | undefined;

/** Whether If-None-Match, the value, lets a request through for what has this entity tag. */
export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
