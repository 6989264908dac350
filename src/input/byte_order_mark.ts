import { noUtf32 } from "./wide_encoding.ts";

/**
 * The byte order mark that a text begins with.
 *
 * @throws {JobError} `unknown_charset` if it is that of UTF-32. To the Encoding standard the one in
 * little-endian is UTF-16 and a NUL, which no text begins with.
 */
export function findMark(head: Uint8Array): { charset: string; bytes: number } | undefined {
  const [first, second, third, fourth] = head;
  if (first === 0xef && second === 0xbb && third === 0xbf) return { charset: "utf-8", bytes: 3 };
  if (first === 0xff && second === 0xfe) {
    if (third === 0 && fourth === 0) throw noUtf32("utf-32le");
    return { charset: "utf-16le", bytes: 2 };
  }
  if (first === 0xfe && second === 0xff) return { charset: "utf-16be", bytes: 2 };
  if (first === 0 && second === 0 && third === 0xfe && fourth === 0xff) throw noUtf32("utf-32be");
  return undefined;
}
