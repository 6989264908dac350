// Deno's standard library comes from npm without its types.

/** Whether If-Match, the value, lets a request through for what has this entity tag. */
export function ifMatch(value: string | null, etag: string | undefined): boolean;

/** Whether If-None-Match, the value, lets a request through for what has this entity tag. */
export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
