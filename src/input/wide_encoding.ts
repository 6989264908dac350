import { JobError } from "../contract/problems.ts";
import { isSense, weighText } from "./plausibility.ts";

/** Bytes of a text's beginning that tell its encoding. */
export const TELLING_BYTES = 512;

/** Encodings whose units are wider than a byte. Read in them, ASCII text is no text. */
export type WideEncoding = "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

const UTF16 = ["utf-16le", "utf-16be"] as const;
/** Which of a unit's two bytes is the high one. */
const HIGH_BYTE = { "utf-16le": 1, "utf-16be": 0 } as const;

/** Units that must agree, where there is little else to go by. */
const FEW_UNITS = 2;
const SOME_UNITS = 3;
const SEVERAL_UNITS = 6;

/** Least share of everyday characters, where no NUL says that units are wide. */
const MOST_CHARACTERS = 0.9;
/** Least distance of the scores of both byte orders, for the better one to be chosen. */
const CLEAR_LEAD = 0.3;

const TAB = 0x09;
const LF = 0x0a;
const FF = 0x0c;
const CR = 0x0d;
/** Characters that lay out a text. As high bytes they mean Indic scripts. */
const LAYOUT: readonly number[] = [TAB, LF, FF, CR];
/** A word of such a script: marks stand behind letters. */
const INDIC_WORD = /^\p{L}[\p{L}\p{M}\p{N}\p{P}\u200b-\u200d]*$/u;
const INDIC_SYLLABLE = /\p{L}\p{M}/u;

/** Surrogate pairs alone, but for what joins emoji and picks their form: no bytes do so by chance. */
const ASTRAL = /^[\u{10000}-\u{10ffff}\u200d\ufe0f]+$/u;

/**
 * Control characters that are the high byte of an alphabet's block. No 8-bit text has one in half
 * of its places. Characters that lay out a text or separate fields are left out, and so are U+0001
 * and U+0002, since the Latin letters of their blocks stand among those of ASCII.
 */
const isTelling = byteSet((byte) => byte > 0x02 && byte < 0x1d && !LAYOUT.includes(byte));
/** ASCII without control characters other than those of the layout. */
const isPlainByte = byteSet((byte) => (byte >= 0x20 && byte < 0x80) || LAYOUT.includes(byte));

/** What the bytes of a text's beginning are, at even offsets and at odd ones. */
interface Census {
  bytes: number;
  zeros: [even: number, odd: number];
  /** Bytes below 0x20, NUL among them. */
  low: [even: number, odd: number];
  /** NUL, and other controls that texts do not hold. */
  alien: [even: number, odd: number];
  /** Those that are the high byte of an alphabet's block. */
  telling: [even: number, odd: number];
  /** ASCII letters and blanks, which most of a text in an 8-bit charset is. */
  plain: number;
  /** Bytes that break UTF-8, and sequences of several bytes that keep its rules. */
  broken: number;
  sequences: number;
  /** Whether the end breaks a sequence, or cuts it. */
  isCut: boolean;
}

/**
 * Refuses a text that is UTF-16 or UTF-32 without a byte order mark, as far as its beginning can
 * tell. UTF-8 without control characters is not refused, and a NUL here and there changes nothing.
 * The exception is a text that reads like a word of an Indic script, with TAB, FF or CR in the
 * place of each high byte.
 *
 * @param head The first TELLING_BYTES, or the whole text if it is shorter.
 * @throws {JobError} `unknown_charset`, with the encoding in the details, or the two that it may be.
 */
export function refuseWideEncoding(head: Uint8Array): void {
  const found = findWideEncodings(head);
  if (found.length === 0) return;
  const charset = found.join(" or ");
  if (charset.startsWith("utf-32")) throw noUtf32(charset);
  const labels = found.map((each) => `charset=${each}`).join(" or ");
  throw new JobError(
    "unknown_charset",
    `Cannot count: the text looks like ${charset} without a byte order mark; name its charset ` +
      `(${labels}, or charset=utf-8 if it is that)`,
    { details: { charset, parameter: "charset", allowed: [...found, "utf-8"] } },
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

/**
 * The encoding that a text without a byte order mark is most likely in, if it is a wide one; both
 * byte orders where either may be it, the likelier one first; none for any other text.
 */
export function findWideEncodings(head: Uint8Array): readonly WideEncoding[] {
  if (isPlainText(head)) return []; // most texts
  const single = findSingle(head);
  if (single !== undefined) return [single];
  const census = takeCensus(head);
  const [even, odd] = census.zeros;
  const hasZeros = even + odd > 0;
  const utf32 = hasZeros ? findUtf32(head) : undefined;
  if (utf32 !== undefined) return [utf32];
  const byUnits = findAstral(head, census) ?? findByBlock(head, census);
  if (byUnits !== undefined) return byUnits;
  if (!hasZeros) return findIndic(head, census) ?? findWideText(head, census);
  const byHighBytes = findByHighBytes(census);
  return byHighBytes === undefined ? findByText(head, census) : [byHighBytes];
}

function byteSet(holds: (byte: number) => boolean): Uint8Array {
  const set = new Uint8Array(256);
  for (let byte = 0; byte < set.length; byte++) set[byte] = Number(holds(byte));
  return set;
}

/** Whether it is ASCII without control characters, and cannot be an Indic word either. */
function isPlainText(head: Uint8Array): boolean {
  for (let at = 0; at < head.length; at++) if (isPlainByte[head[at]] === 0) return false;
  return !isPaired(head, 0) && !isPaired(head, 1);
}

/** Whether the first two units may have the same high byte, of an Indic script. */
function isPaired(head: Uint8Array, high: number): boolean {
  return head[high] < 0x20 && head[high] === head[high + 2];
}

/** A text of one character of ASCII: nobody sends one with just as many NULs beside it. */
function findSingle(head: Uint8Array): WideEncoding | undefined {
  if (head.length !== 2 && head.length !== 4) return undefined;
  const last = head.length - 1;
  const at = head[0] === 0 ? last : 0;
  const isSingle = head.every((byte, i) => i === at ? byte > 0 && byte < 0x80 : byte === 0);
  if (!isSingle) return undefined;
  return `utf-${last === 1 ? 16 : 32}${at === 0 ? "le" : "be"}`;
}

function takeCensus(head: Uint8Array): Census {
  const census: Census = {
    bytes: head.length,
    plain: 0,
    broken: 0,
    sequences: 0,
    isCut: false,
    zeros: [0, 0],
    low: [0, 0],
    alien: [0, 0],
    telling: [0, 0],
  };
  let following = 0; // bytes that the sequence still needs
  for (let at = 0; at < head.length; at++) {
    const byte = head[at];
    const continues = (byte & 0xc0) === 0x80;
    if (continues !== following > 0) census.broken++;
    else if (following === 1) census.sequences++;
    following = continues ? Math.max(0, following - 1) : sequenceBytes(byte) - 1;
    if (byte > 0xf4 || byte === 0xc0 || byte === 0xc1) census.broken++;
    if (byte < 0x20) countLow(census, byte, at & 1);
    else if (isPlain(byte)) census.plain++;
  }
  census.isCut = following > 0;
  return census;
}

function countLow(census: Census, byte: number, parity: number): void {
  census.low[parity]++;
  if (byte === 0) census.zeros[parity]++;
  if (!isTextControl(byte)) census.alien[parity]++;
  census.telling[parity] += isTelling[byte];
}

function isTextControl(byte: number): boolean {
  return (byte >= 0x07 && byte <= 0x0d) || byte >= 0x1a;
}

function isPlain(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || byte === 0x20;
}

/** Bytes of the sequence that a byte begins by the pattern of UTF-8, valid or not. */
function sequenceBytes(byte: number): number {
  if (byte < 0xc0 || byte > 0xf7) return 1;
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

/** Emoji, or letters beyond the first plane: the halves of their pairs tell the byte order. */
function findAstral(head: Uint8Array, census: Census): readonly WideEncoding[] | undefined {
  if (head.length % 2 !== 0 || (census.broken === 0 && !census.isCut)) return undefined;
  const isAstral = UTF16.some((charset) => ASTRAL.test(decode(head, charset) ?? ""));
  return isAstral ? chooseOrders(head, UTF16) : undefined;
}

/** An alphabet without a blank: one control character is every high byte of it, or nearly. */
function findByBlock(head: Uint8Array, census: Census): readonly WideEncoding[] | undefined {
  const { bytes, zeros, telling } = census;
  const units = bytes >> 1;
  if (bytes % 2 !== 0 || units < SOME_UNITS) return undefined;
  const found = UTF16.filter((charset) => {
    const high = HIGH_BYTE[charset];
    return telling[high] * 2 >= units && (telling[high] + zeros[high]) * 4 >= units * 3;
  });
  const orders = chooseOrders(head, found);
  return orders.length === 0 ? undefined : orders;
}

/** A word of an Indic script without a NUL, which may look like a row or a column of characters. */
function findIndic(head: Uint8Array, census: Census): readonly WideEncoding[] | undefined {
  const { bytes, broken, telling } = census;
  if (bytes % 2 !== 0 || bytes < 2 * SOME_UNITS) return undefined;
  const found = UTF16.filter((charset) => {
    const high = HIGH_BYTE[charset];
    const block = head[high];
    if (!LAYOUT.includes(block)) return false;
    const units = head.filter((_, at) => (at & 1) === high);
    if (!units.every((byte) => byte === block || byte === 0x20)) return false;
    const text = decode(head, charset) ?? "";
    if (!isSense(text) || !INDIC_WORD.test(text) || !INDIC_SYLLABLE.test(text)) return false;
    return broken + telling[1 - high] > 0 || (block !== LF && isMostlySigns(head, 1 - high));
  });
  return found.length === 0 ? undefined : found;
}

/** Whether a third of the bytes or more are no letters or digits. Cells of tables mostly are. */
function isMostlySigns(head: Uint8Array, parity: number): boolean {
  const bytes = head.filter((_, at) => (at & 1) === parity);
  const signs = bytes.filter((byte) => !/[0-9A-Za-z]/.test(String.fromCharCode(byte)));
  return signs.length * 3 >= bytes.length;
}

/** Alphabets lie below U+2000, so that every other byte of theirs is low: NUL alone for ASCII. */
function findByHighBytes({ bytes, zeros, low, alien }: Census): WideEncoding | undefined {
  const units = bytes >> 1;
  const enough = bytes % 2 === 0 ? FEW_UNITS : SEVERAL_UNITS; // half a unit speaks against it
  for (const charset of UTF16) {
    const high = HIGH_BYTE[charset];
    const other = 1 - high;
    if (zeros[high] === 0 || alien[other] * 4 > units) continue;
    if (alien[high] >= enough && low[high] * 4 >= units * 3) return charset;
    // TAB and the line's ends are the high bytes of Indic scripts.
    if (units < SEVERAL_UNITS || low[other] * 4 > units) continue;
    if (low[high] * 10 >= units * 9) return charset;
  }
  return undefined;
}

/** Other scripts, with a NUL among them: the text makes sense in UTF-16, and none in UTF-8. */
function findByText(head: Uint8Array, census: Census): readonly WideEncoding[] {
  const { bytes, zeros: [even, odd], plain, broken } = census;
  const controls = census.alien[0] + census.alien[1] - even - odd;
  const isWhole = bytes % 2 === 0 && bytes >= 2 * FEW_UNITS;
  if (!isWhole || broken + controls === 0 || plain * 5 > bytes * 3) return [];
  return chooseOrders(head, UTF16);
}

/**
 * Scripts from U+3000 on alone, Chinese, Japanese and Korean above all: bytes of all kinds, of
 * which UTF-8 can make next to nothing, and everyday characters in UTF-16.
 */
function findWideText(head: Uint8Array, census: Census): readonly WideEncoding[] {
  const { bytes, plain, sequences, broken } = census;
  const units = bytes >> 1;
  if (bytes % 2 !== 0 || units < SOME_UNITS || broken === 0) return [];
  const most = units < SEVERAL_UNITS ? 0.6 : 0.8; // ASCII with a few bytes that are damaged
  if (sequences * 2 > broken || plain > bytes * most) return [];
  return chooseOrders(head, UTF16, MOST_CHARACTERS);
}

/**
 * The byte orders in which the text makes sense: one where the other is clearly worse.
 *
 * @param leastWide Everyday characters from U+3000 on that the best one must have.
 */
function chooseOrders(
  head: Uint8Array,
  orders: readonly (typeof UTF16[number])[],
  leastWide = 0,
): readonly WideEncoding[] {
  const weighed = orders.flatMap((charset) => {
    const text = decode(head, charset);
    return text === undefined || !isSense(text) ? [] : [{ charset, ...weighText(text) }];
  }).sort((one, other) => other.score - one.score);
  if (weighed.length === 0 || weighed[0].wide < leastWide) return [];
  const least = weighed[0].score - CLEAR_LEAD;
  return weighed.filter(({ score }) => score >= least).map(({ charset }) => charset);
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
