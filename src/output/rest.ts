/** A generator of blocks yields this to let other requests run before it goes on. */
export const REST: Uint8Array<ArrayBuffer> = new Uint8Array(0);
