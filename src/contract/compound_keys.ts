// Keys of several parts travel as one key: the parts in order, with SEPARATOR between them. Within a
// part, an ESCAPE and one byte more stand for the bytes up to ESCAPE, so that keys compare bytewise as
// their parts do, one after the other, and stay UTF-8. A key of one part stands as it is.

const SEPARATOR = 0x01;
const ESCAPE = 0x02;

/** One key of several parts. */
export function joinKeyParts(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const key: number[] = [];
  parts.forEach((part, i) => {
    if (i > 0) key.push(SEPARATOR);
    for (const byte of part) {
      if (byte > ESCAPE) key.push(byte);
      else key.push(ESCAPE, byte + 1);
    }
  });
  return Uint8Array.from(key);
}

/** The parts of a key of several: a part in which nothing is escaped is a view of it. */
export function splitKeyParts(key: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let from = 0;
  let escapes = 0;
  for (let at = 0; at <= key.length; at++) {
    if (key[at] === ESCAPE) {
      escapes++;
      at++; // the byte behind is no separator, even if it is one elsewhere
    } else if (at === key.length || key[at] === SEPARATOR) {
      const part = key.subarray(from, at);
      parts.push(escapes === 0 ? part : withoutEscapes(part, escapes));
      from = at + 1;
      escapes = 0;
    }
  }
  return parts;
}

/** The same of a text. */
export function splitKeyText(key: string): string[] {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return splitKeyParts(new TextEncoder().encode(key)).map((part) => decoder.decode(part));
}

function withoutEscapes(part: Uint8Array, escapes: number): Uint8Array {
  const plain = new Uint8Array(part.length - escapes);
  let to = 0;
  for (let at = 0; at < part.length; at++) {
    plain[to++] = part[at] === ESCAPE ? part[++at] - 1 : part[at];
  }
  return plain;
}
