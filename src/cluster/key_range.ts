/** A range of keys, in the order of their bytes. */
export interface KeyRange {
  /** The least key that may be in it. @default {there is no bound} */
  readonly from?: Uint8Array;
  /** The least key behind it. @default {there is no bound} */
  readonly to?: Uint8Array;
}

/** A range as text. */
export interface EncodedRange {
  from?: string;
  to?: string;
}

/** A range as base64, whose keys may hold bytes that are no UTF-8. */
export function encodeRange({ from, to }: KeyRange): Record<string, string> {
  const encode = (key: Uint8Array) => key.toBase64({ alphabet: "base64url" });
  return { ...(from && { from: encode(from) }), ...(to && { to: encode(to) }) };
}

/** @throws {SyntaxError} */
export function decodeRange({ from, to }: EncodedRange): KeyRange {
  const decode = (key: string) => Uint8Array.fromBase64(key, { alphabet: "base64url" });
  return {
    from: from === undefined ? undefined : decode(from),
    to: to === undefined ? undefined : decode(to),
  };
}
