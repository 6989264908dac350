import { beginsSignedChunk } from "./aws_line.ts";
import type { FormatName } from "./binary_formats.ts";
import { latin1 } from "./latin1.ts";

/** Bytes at the beginning of an input that are looked at: a block of tar, all others need less. */
export const HEAD_BYTES = 512;

/** How the bytes of a format begin. */
interface Signature {
  name: FormatName;
  /** The first bytes, each a character. */
  begins: string;
  /** What must be true beside that, where text may begin so. */
  also?: (head: Uint8Array) => boolean;
}

/**
 * Signatures of the WHATWG MIME Sniffing Standard (section 6), of the formats' own specifications
 * and of file(1). Each holds bytes that no text has in any charset in use (control characters,
 * above all), or is asked for more until that is so: a text may begin with `BZh9`, `PK` or `GIF89a`.
 */
const SIGNATURES: readonly Signature[] = [
  { name: "gzip", begins: "\x1f\x8b\x08\0" },
  { name: "gzip", begins: "\x1f\x8b\x08\x08" },
  { name: "gzip", begins: "\x1f\x8b" },
  { name: "zstd", begins: "\x28\xb5\x2f\xfd" },
  ...Array.from({ length: 16 }, (_, i): Signature => ({
    name: "zstd", // a skippable frame
    begins: `${String.fromCharCode(0x50 + i)}\x2a\x4d\x18`,
  })),
  ...["\x01", "\x5e", "\x9c", "\xda"].map((second): Signature => ({
    name: "zlib",
    begins: `x${second}`,
    also: (head) => hasControls(head, 2, HEAD_BYTES),
  })),
  { name: "compress", begins: "\x1f\x9d" },
  { name: "pack", begins: "\x1f\x1e" },
  { name: "lzh", begins: "\x1f\xa0" },
  { name: "bzip2", begins: "BZh", also: isBzip2 },
  { name: "xz", begins: "\xfd7zXZ\0" },
  { name: "lzma", begins: "]\0\0", also: isLzma },
  { name: "lzma", begins: "LZIP", also: ([, , , , version]) => version <= 1 },
  { name: "lz4", begins: "\x04\x22\x4d\x18" },
  { name: "lz4", begins: "\x02\x21\x4c\x18" },
  { name: "lzop", begins: "\x89LZO\0\r\n\x1a\n" },
  { name: "snappy", begins: "\xff\x06\0\0sNaPpY" },
  { name: "zip", begins: "PK\x03\x04" },
  { name: "zip", begins: "PK\x05\x06" },
  { name: "zip", begins: "PK\x07\x08" },
  { name: "sevenZip", begins: "7z\xbc\xaf\x27\x1c" },
  { name: "rar", begins: "Rar!\x1a\x07" },
  { name: "cpio", begins: "07070", also: isCpio },
  { name: "ar", begins: "!<arch>\n" },
  { name: "cab", begins: "MSCF\0\0\0\0" },
  { name: "rpm", begins: "\xed\xab\xee\xdb" },
  { name: "otherArchive", begins: "xar!\0" },
  ...[..."0123456789abcdefABCDEF"].map((begins): Signature => ({
    name: "awsChunked",
    begins,
    also: beginsSignedChunk,
  })),
  { name: "pdf", begins: "%PDF-", also: isPdf },
  { name: "ole", begins: "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" },
  { name: "rtf", begins: "{\\rtf", also: (head) => /^[0-9\\{}]/.test(latin1(head, 5, 6)) },
  { name: "book", begins: "AT&TFORM" },
  { name: "sqlite", begins: "SQLite format 3\0" },
  { name: "parquet", begins: "PAR1", also: (head) => hasControls(head, 4, 16) },
  { name: "parquet", begins: "PARE", also: (head) => hasControls(head, 4, 16) },
  { name: "arrow", begins: "ARROW1\0\0" },
  { name: "arrow", begins: "FEA1\0" },
  { name: "arrow", begins: "\xff\xff\xff\xff", also: (head) => head[7] === 0 && head[8] === 0x10 },
  { name: "avro", begins: "Obj\x01" },
  { name: "orc", begins: "ORC", also: (head) => hasControls(head, 3, 32) },
  { name: "hdf5", begins: "\x89HDF\r\n\x1a\n" },
  { name: "hdf5", begins: "CDF", also: ([, , , version]) => [1, 2, 5].includes(version) },
  { name: "numpy", begins: "\x93NUMPY" },
  ...["\x02", "\x03", "\x04", "\x05"].map((protocol): Signature => ({
    name: "pickle",
    begins: `\x80${protocol}`,
  })),
  { name: "program", begins: "\0asm" },
  { name: "program", begins: "\x7fELF" },
  { name: "program", begins: "\xca\xfe\xba\xbe" },
  { name: "program", begins: "\xfe\xed\xfa" },
  { name: "program", begins: "\xcf\xfa\xed\xfe" },
  { name: "program", begins: "\xce\xfa\xed\xfe" },
  { name: "program", begins: "MZ", also: (head) => hasControls(head, 2, 16) },
  { name: "image", begins: "\x89PNG\r\n\x1a\n" },
  { name: "image", begins: "\xff\xd8\xff" },
  { name: "image", begins: "GIF87a", also: (head) => hasControls(head, 6, 13) },
  { name: "image", begins: "GIF89a", also: (head) => hasControls(head, 6, 13) },
  {
    name: "image",
    begins: "BM",
    also: (head) => head.subarray(6, 10).every((byte) => byte === 0) && head.length > 10,
  },
  { name: "image", begins: "II*\0" },
  { name: "image", begins: "MM\0*" },
  { name: "image", begins: "\0\0\x01\0", also: (head) => head[4] > 0 && head[5] === 0 },
  { name: "image", begins: "8BPS\0" },
  { name: "image", begins: "\0\0\0\x0cJXL \r\n\x87\n" },
  { name: "image", begins: "RIFF", also: (head) => holds(head, 8, "WEBP") },
  { name: "sound", begins: "RIFF", also: (head) => holds(head, 8, "WAVE") },
  { name: "video", begins: "RIFF", also: (head) => holds(head, 8, "AVI ") },
  { name: "sound", begins: "FORM", also: (head) => holds(head, 8, "AIF") },
  { name: "sound", begins: "ID3", also: ([, , , version]) => version >= 2 && version <= 4 },
  { name: "sound", begins: "\xff", also: isMp3 },
  { name: "sound", begins: "fLaC", also: ([, , , , type]) => type === 0 || type === 0x80 },
  { name: "sound", begins: "OggS\0" },
  { name: "sound", begins: "MThd\0\0\0\x06" },
  { name: "video", begins: "\x1a\x45\xdf\xa3" },
  { name: "video", begins: "\0\0\0", also: (head) => holds(head, 4, "ftyp") },
  { name: "video", begins: "\0\0\x01\xba" },
  { name: "video", begins: "FLV\x01" },
  { name: "font", begins: "wOFF", also: (head) => hasControls(head, 4, 16) },
  { name: "font", begins: "wOF2", also: (head) => hasControls(head, 4, 16) },
  { name: "font", begins: "OTTO\0" },
  { name: "font", begins: "ttcf\0" },
  { name: "font", begins: "\0\x01\0\0\0" },
];

const byFirstByte: (Signature[] | undefined)[] = new Array(256).fill(undefined);
for (const signature of SIGNATURES) {
  (byFirstByte[signature.begins.charCodeAt(0)] ??= []).push(signature);
}

const MAGIC_AT = 257;
const U = 0x75;
const LAST_OF_HEAD = HEAD_BYTES - 1;

/** What some tools put before whatever they write. */
const UTF8_MARK = "\xef\xbb\xbf";

/** Any two or three bytes may be letters of UTF-16. */
const LEAST_BYTES_IN_UTF16 = 4;

/**
 * The format that an input begins as, or undefined for what may be text. A look at one byte is
 * enough for almost every text. A byte order mark of UTF-8 before it is passed over, and so is
 * white space (ISO 32000-1, 7.2.2) before a PDF, since readers of PDF look further than that.
 *
 * @param head The first `HEAD_BYTES` of the input, or all of it.
 * @param charset The charset that it has, if it is a text.
 */
export function nameFormat(head: Uint8Array, charset = "utf-8"): FormatName | undefined {
  if (isMarked(head)) return nameFormat(head.subarray(UTF8_MARK.length));
  const signatures = byFirstByte[head[0]];
  if (signatures !== undefined) {
    const least = charset.startsWith("utf-16") ? LEAST_BYTES_IN_UTF16 : 1;
    const found = signatures.find(({ begins, also }) =>
      begins.length >= least && holds(head, 0, begins) && (also === undefined || also(head))
    );
    if (found !== undefined) return found.name;
  }
  if (BLANKS.includes(head[0]) && isPdfBehindBlanks(head)) return "pdf";
  const mayBeTar = head[MAGIC_AT] === U || head[LAST_OF_HEAD] === 0;
  return mayBeTar && isTar(head) ? "tar" : undefined;
}

/** Whether bytes begin with a byte order mark of UTF-8. */
export function isMarked(head: Uint8Array): boolean {
  return head[0] === 0xef && holds(head, 0, UTF8_MARK);
}

function holds(head: Uint8Array, at: number, text: string): boolean {
  if (head.length < at + text.length) return false;
  for (let i = 0; i < text.length; i++) {
    if (head[at + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether there is a control character that no text has: neither space, nor end, nor escape. */
function hasControls(head: Uint8Array, start: number, end: number): boolean {
  return head.subarray(start, end).some((byte) =>
    byte < 0x09 || (byte >= 0x10 && byte < 0x1a) || (byte > 0x1b && byte < 0x20)
  );
}

/** A level, and then a block or the end of the stream: decimals of π, or of its square root. */
function isBzip2(head: Uint8Array): boolean {
  const level = head[3] - 0x30;
  const isStream = holds(head, 4, "1AY&SY") || holds(head, 4, "\x17rE8P\x90");
  return level >= 1 && level <= 9 && isStream;
}

/** A size of the dictionary of 64 KiB or more, and no size of the text, or one below a terabyte. */
function isLzma(head: Uint8Array): boolean {
  const size = head.subarray(5, 13);
  const isUnknown = size.every((byte) => byte === 0xff);
  return size.length === 8 && (head[3] | head[4]) !== 0 &&
    (isUnknown || (head[3] !== 0 && size[5] === 0 && size[6] === 0 && size[7] === 0));
}

/** The header of a member in ASCII: octal numbers, or hexadecimal ones. */
function isCpio(head: Uint8Array): boolean {
  const header = latin1(head, 0, 110);
  return /^07070(7[0-7]{70}|[12][0-9a-fA-F]{104})/.test(header);
}

/** The version stands alone on its line: in a text about PDF, it does not. */
function isPdf(head: Uint8Array): boolean {
  return /^%PDF-\d\.\d[ \t]*([\r\n]|[^ -~]|$)/.test(latin1(head, 0, 64));
}

/** White-space characters of PDF. */
const BLANKS: readonly number[] = [0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20];

function isPdfBehindBlanks(head: Uint8Array): boolean {
  const start = head.findIndex((byte) => !BLANKS.includes(byte));
  return start > 0 && isPdf(head.subarray(start));
}

/** A frame of MPEG audio: layer III, and no value that is reserved. */
function isMp3([, second, third]: Uint8Array): boolean {
  const isLayer3 = second >= 0xe0 && (second & 0x06) === 0x02 && (second & 0x18) !== 0x08;
  const bitrate = third >> 4;
  return isLayer3 && bitrate !== 0 && bitrate !== 15 && ((third >> 2) & 3) !== 3;
}

/** The magic of POSIX or GNU, or else a header whose checksum is right, which older ones have. */
function isTar(head: Uint8Array): boolean {
  if (holds(head, MAGIC_AT, "ustar\0") || holds(head, MAGIC_AT, "ustar  \0")) return true;
  if (head.length < HEAD_BYTES) return false;
  const field = latin1(head, 148, 156);
  if (!/^ *[0-7]{1,7}[ \0]*$/.test(field)) return false;
  const sum = head.subarray(0, HEAD_BYTES).reduce(
    (sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte),
    0,
  );
  return parseInt(field.trim(), 8) === sum;
}
