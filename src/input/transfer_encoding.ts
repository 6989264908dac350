import { Buffer } from "node:buffer";
import type { Blocks } from "./byte_stream.ts";

/** Makes the error for bytes that break an encoding, with the offset of the first of them. */
export type Malformed = (reason: string) => Error;

/** Undoes an encoding block by block. */
type Decode = (encoded: Blocks, malformed: Malformed) => Blocks;

const asItIs: Decode = (encoded) => encoded;

/**
 * Content transfer encodings (RFC 2045, section 6), which mail needs and HTTP does not; some
 * clients write them in forms all the same. No package is used: those for mail repair what is
 * damaged.
 */
export const TRANSFER_ENCODINGS: Readonly<Record<string, Decode>> = {
  "7bit": asItIs,
  "8bit": asItIs,
  binary: asItIs,
  base64: decodeBase64,
  "quoted-printable": decodeQuotedPrintable,
};

/** Digits of a group, which stand for three bytes; the last one may be padded with `=`. */
const GROUP = 4;

/** Base64 in lines of any length (RFC 2045, section 6.8); the last group may lack its padding. */
async function* decodeBase64(
  encoded: Blocks,
  malformed: Malformed,
): AsyncGenerator<Uint8Array, void, void> {
  let rest = ""; // a group that may go on
  for await (const block of encoded) {
    const text = rest + toLatin1(block).replace(/[ \t\r\n]+/g, "");
    const [read, digits] = /^([A-Za-z0-9+/]*)=*/.exec(text)!;
    const whole = digits.length - digits.length % GROUP;
    rest = text.slice(whole);
    if (read.length < text.length || rest.length > GROUP) throw malformed(describeAlien(text));
    if (whole > 0) yield Buffer.from(text.slice(0, whole), "base64");
  }
  const [digits] = rest.split("=", 1);
  const isPadded = rest.length > digits.length;
  if (digits.length === 1 || (isPadded && (digits === "" || rest.length < GROUP))) {
    throw malformed("it ends within a group of four digits");
  }
  if (digits !== "") yield Buffer.from(digits, "base64");
}

function describeAlien(text: string): string {
  const [, alien] = /^[A-Za-z0-9+/]*={0,2}(.)/su.exec(text) ?? [];
  return `${JSON.stringify(alien)} may not stand where it does`;
}

/** Most blanks in a row that may be padding of a line, as mail allows: no line is longer. */
const MOST_PADDING = 1000;

/** What stands for something else: soft ends of lines, bytes as digits, padding of lines. */
const ESCAPES = /=[ \t]*\r?\n|=([0-9A-Fa-f]{2})|=|(?<![ \t])[ \t]+(\r?\n)/g;

/** Quoted-printable (RFC 2045, section 6.7), with line ends of both kinds. */
async function* decodeQuotedPrintable(
  encoded: Blocks,
  malformed: Malformed,
): AsyncGenerator<Uint8Array, void, void> {
  const decode = (text: string) => {
    const decoded = text.replace(ESCAPES, (escape, digits, lineEnd) => {
      if (escape === "=") throw malformed("'=' stands before neither two digits nor a line's end");
      return digits ? String.fromCharCode(parseInt(digits, 16)) : lineEnd ?? "";
    });
    return Buffer.from(decoded, "latin1");
  };
  let rest = "";
  for await (const block of encoded) {
    const text = rest + toLatin1(block);
    const end = openEnd(text);
    rest = text.slice(end);
    if (end > 0) yield decode(text.slice(0, end));
  }
  // The last line may have padding, or a soft end whose line feed belongs to the boundary.
  const last = rest.replace(/^[ \t]+|^=[ \t]*(?=\r?$)/, "");
  if (last !== "") yield decode(last);
}

/** Where an escape or padding begins that may go on behind the end of the block. */
function openEnd(text: string): number {
  let end = text.length;
  if (text[end - 1] === "\r") end--;
  while (end > 0 && text.length - end < MOST_PADDING && isBlank(text[end - 1])) end--;
  if (end === text.length && /=[0-9A-Fa-f]$/.test(text.slice(-2))) return end - 2;
  return text[end - 1] === "=" ? end - 1 : end;
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t";
}

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
