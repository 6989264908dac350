// What the thread gives the kernel.

/** Shows that the thread gets on, and does not return if it must leave the chunk. */
@external("millrace", "poll")
export declare function poll(): void;

/** Ends the chunk: the record between two offsets is broken, as BROKEN_* say. Does not return. */
@external("millrace", "broken")
export declare function broken(offset: u32, end: u32, reason: u32): void;

/** Ends the chunk: there is no memory for what it gives. Does not return. */
@external("millrace", "full")
export declare function full(): void;

/** Bytes of text between two polls. */
export const POLL_BYTES: usize = 0x10000;
