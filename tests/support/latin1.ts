/** How many arguments a call may have for sure. */
const PIECE = 8192;

/**
 * Bytes as a string of as many characters, so that any bytes can be compared and searched. What a
 * TextDecoder calls latin1 is windows-1252.
 */
export function latin1(bytes: Uint8Array): string {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return pieces.join("");
}
