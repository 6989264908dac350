import { JobError } from "../errors.ts";

/** Bytes of a text's beginning that tell its encoding. */
export const TELLING_BYTES = 512;

/** Encodings whose units are wider than a byte, and that ASCII text is therefore no text in. */
export type WideEncoding = "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

/** Control characters that texts hold: BEL to CR, and SUB to US. */
const TEXT_CONTROLS = String.raw`\x07-\x0d\x1a-\x1f`;
/** What no text of the world holds: other controls, what is not assigned, and private use. */
const NO_TEXT = new RegExp(
  String.raw`(?![${TEXT_CONTROLS}\x85])[\p{Cc}\p{Cn}\p{Co}\u2061-\u2065\u206a-\u206f]`,
  "u",
);
/** What Chinese and Japanese are written in, which need no blank and no ASCII. */
const CJK_ALONE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]+$/u;

/** Units that must agree, where there is little else to go by. */
const FEW_UNITS = 2;
const SOME_UNITS = 3;
const SEVERAL_UNITS = 6;

/** What the bytes of a text's beginning are, at even offsets and at odd ones. */
interface Census {
  bytes: number;
  zeros: [even: number, odd: number];
  /** Bytes below 0x20, NUL among them. */
  low: [even: number, odd: number];
  /** NUL, and other controls that texts do not hold. */
  alien: [even: number, odd: number];
  /** ASCII letters and blanks, which most of a text in an 8-bit charset is. */
  plain: number;
  /** Bytes that break UTF-8, and sequences of several bytes that keep its rules. */
  broken: number;
  sequences: number;
}

/**
 * Refuses a text that is UTF-16 or UTF-32 without a byte order mark, as far as its beginning can
 * tell. What is UTF-8 without NUL never is, and a NUL here and there makes nothing else of it.
 *
 * @param head The first TELLING_BYTES, or the whole text if it is shorter.
 * @throws {JobError} `unknown_charset`, with the encoding in the details.
 */
export function refuseWideEncoding(head: Uint8Array): void {
  const charset = findWideEncoding(head);
  if (charset === undefined) return;
  if (charset.startsWith("utf-32")) throw noUtf32(charset);
  throw new JobError(
    "unknown_charset",
    `Cannot count: the text looks like ${charset} without a byte order mark; name its charset ` +
      `(charset=${charset}, or charset=utf-8 if it is that)`,
    { details: { charset, parameter: "charset", allowed: [charset, "utf-8"] } },
  );
}

/** UTF-32 has no decoder in the Encoding standard. */
export function noUtf32(charset: string): JobError {
  return new JobError(
    "unknown_charset",
    `Cannot decode ${charset}: send the text as UTF-8 or UTF-16`,
    { details: { charset, allowed: ["utf-8", "utf-16le", "utf-16be"] } },
  );
}

/** The encoding that a text without a byte order mark is most likely in, if it is a wide one. */
export function findWideEncoding(head: Uint8Array): WideEncoding | undefined {
  if (isAscii(head)) return undefined; // most texts
  const census = takeCensus(head);
  if (census === undefined) return undefined;
  const [even, odd] = census.zeros;
  if (even + odd === 0) return findCjk(head, census);
  return findUtf32(head) ?? findByHighBytes(census) ?? findByText(head, census);
}

/** Whether there are neither NUL nor bytes beyond ASCII. */
function isAscii(head: Uint8Array): boolean {
  for (let at = 0; at < head.length; at++) if (head[at] - 1 >>> 0 > 0x7e) return false;
  return true;
}

/** Undefined for what cannot be but UTF-8: no NUL, and nothing broken. */
function takeCensus(head: Uint8Array): Census | undefined {
  const census: Census = {
    ...{ bytes: head.length, plain: 0, broken: 0, sequences: 0 },
    ...{ zeros: [0, 0], low: [0, 0], alien: [0, 0] },
  };
  let following = 0; // bytes that the sequence still needs
  for (let at = 0; at < head.length; at++) {
    const byte = head[at];
    const continues = (byte & 0xc0) === 0x80;
    if (continues !== following > 0) census.broken++;
    else if (following === 1) census.sequences++;
    following = continues ? Math.max(0, following - 1) : sequenceBytes(byte) - 1;
    if (following < 0) {
      census.broken++;
      following = 0;
    }
    if (byte < 0x20) countLow(census, byte, at & 1);
    else if (isPlain(byte)) census.plain++;
  }
  const [even, odd] = census.zeros;
  return even + odd + census.broken === 0 ? undefined : census;
}

function countLow(census: Census, byte: number, parity: number): void {
  census.low[parity]++;
  if (byte === 0) census.zeros[parity]++;
  if (!isTextControl(byte)) census.alien[parity]++;
}

function isTextControl(byte: number): boolean {
  return (byte >= 0x07 && byte <= 0x0d) || byte >= 0x1a;
}

function isPlain(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x20;
}

/** Bytes of the UTF-8 sequence that a byte begins; 0 if it begins none. */
function sequenceBytes(byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc2 || byte > 0xf4) return (byte & 0xc0) === 0x80 ? 1 : 0;
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** UTF-32 has two or three zero bytes in every unit, at the same places. */
function findUtf32(head: Uint8Array): WideEncoding | undefined {
  const units = head.length >> 2;
  if (units < FEW_UNITS) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  for (const [charset, littleEndian] of [["utf-32le", true], ["utf-32be", false]] as const) {
    let at = 0;
    while (at < units && isScalar(view.getUint32(at * 4, littleEndian))) at++;
    if (at === units) return charset;
  }
  return undefined;
}

function isScalar(unit: number): boolean {
  return unit > 0 && unit <= 0x10ffff && (unit < 0xd800 || unit > 0xdfff);
}

/** Alphabets lie below U+2000, so that every other byte of theirs is low: NUL alone for ASCII. */
function findByHighBytes({ bytes, zeros, low, alien }: Census): WideEncoding | undefined {
  const units = bytes >> 1;
  const enough = bytes % 2 === 0 ? FEW_UNITS : SEVERAL_UNITS; // half a unit speaks against it
  for (const [charset, high] of [["utf-16le", 1], ["utf-16be", 0]] as const) {
    const other = 1 - high;
    if (zeros[high] === 0 || alien[other] * 4 > units) continue;
    if (alien[high] >= enough && low[high] * 4 >= units * 3) return charset;
    // TAB and the line's ends are the high bytes of Indic scripts.
    if (units < SEVERAL_UNITS || low[other] * 4 > units) continue;
    if (low[high] * 10 >= units * 9) return charset;
  }
  return undefined;
}

/** Other scripts, with ASCII among them: the text makes sense in UTF-16, and none in UTF-8. */
function findByText(head: Uint8Array, census: Census): WideEncoding | undefined {
  const { bytes, zeros: [even, odd], plain, broken } = census;
  const controls = census.alien[0] + census.alien[1] - even - odd;
  const isWhole = bytes % 2 === 0 && bytes >= 2 * FEW_UNITS;
  if (!isWhole || broken + controls === 0 || plain * 5 > bytes * 3) return undefined;
  const order = odd >= even ? ["utf-16le", "utf-16be"] : ["utf-16be", "utf-16le"];
  return (order as WideEncoding[]).find((charset) => {
    const text = decode(head, charset);
    return text !== undefined && !NO_TEXT.test(text);
  });
}

/** Chinese and Japanese alone: bytes of all kinds, of which UTF-8 can make nothing. */
function findCjk(head: Uint8Array, { bytes, plain, sequences }: Census): WideEncoding | undefined {
  const isWhole = bytes % 2 === 0 && bytes >= 2 * SOME_UNITS;
  if (!isWhole || sequences > 0 || plain * 5 > bytes * 3) return undefined;
  return (["utf-16le", "utf-16be"] as const).find((charset) => {
    const text = decode(head, charset);
    return text !== undefined && CJK_ALONE.test(text) && !NO_TEXT.test(text);
  });
}

/** The text in a charset, without a character that the end of the head may cut; else undefined. */
function decode(head: Uint8Array, charset: WideEncoding): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(head, {
      stream: true,
    });
  } catch {
    return undefined;
  }
}
