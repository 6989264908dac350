import { ROW_BLOCK, ROW_BYTES, ROW_PAGES } from "../../assembly/row_layout.ts";

/** How many bytes go out at once: larger gains nothing, smaller costs an event each. */
export const OUTPUT_BLOCK_BYTES = 64 * 1024;

/**
 * Room past a full block for a row of the kernel of rows, or for the short writes of one record, with
 * all of its columns.
 */
const SLACK_BYTES = ROW_BYTES;

const QUOTE = 0x22;
const LINE_FEED = 0x0a;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The escape of each byte within a JSON string; undefined for a byte that needs none. */
const JSON_ESCAPES: (Uint8Array | undefined)[] = new Array(256).fill(undefined);
for (let byte = 0; byte < 0x20; byte++) {
  JSON_ESCAPES[byte] = encoder.encode(`\\u${byte.toString(16).padStart(4, "0")}`);
}
for (const char of '\n\r\t"\\') {
  JSON_ESCAPES[char.charCodeAt(0)] = encoder.encode(JSON.stringify(char).slice(1, -1));
}

/**
 * Line ends beyond ASCII, which some readers of lines know, by how they begin and end in UTF-8:
 * U+0085 is C2 85, and U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
 */
const [NEL_LEAD, NEL_END, SEPARATOR_LEAD, SEPARATOR_END] = [2, 4, 8, 16];

/** 1 for each byte with an escape; for the parts of line ends, which part they are. */
const ESCAPED = Uint8Array.from(JSON_ESCAPES, (escape) => escape === undefined ? 0 : 1);
ESCAPED[0xc2] = NEL_LEAD;
ESCAPED[0x85] = NEL_END;
ESCAPED[0xe2] = SEPARATOR_LEAD;
ESCAPED[0xa8] = ESCAPED[0xa9] = SEPARATOR_END;

/** For each sum of the above that a key may have, whether it may hold a line end. */
const MAY_END = Uint8Array.from({ length: 32 }, (_, seen) => {
  const has = (...parts: number[]) => parts.every((part) => (seen & part) !== 0);
  return has(NEL_LEAD, NEL_END) || has(SEPARATOR_LEAD, SEPARATOR_END) ? 1 : 0;
});

const NEL = encoder.encode("\\u0085");
const LINE_SEPARATOR = encoder.encode("\\u2028");
const PARAGRAPH_SEPARATOR = encoder.encode("\\u2029");

/** Looks for bytes within line ends that few other characters have. */
function holdsLineEnd(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from + 1; i < to; i++) {
    const byte = bytes[i];
    if (byte !== 0x80 && byte !== 0x85) continue;
    if (lineEndAt(bytes, i - 1, to) !== undefined) return true;
  }
  return false;
}

/** The line end beyond ASCII that begins at `at`, escaped. */
function lineEndAt(bytes: Uint8Array, at: number, to: number): Uint8Array | undefined {
  if (bytes[at] === 0xc2) return at + 1 < to && bytes[at + 1] === 0x85 ? NEL : undefined;
  if (bytes[at] !== 0xe2 || at + 2 >= to || bytes[at + 1] !== 0x80) return undefined;
  const last = bytes[at + 2];
  return last === 0xa8 ? LINE_SEPARATOR : last === 0xa9 ? PARAGRAPH_SEPARATOR : undefined;
}

/** A short text as the words that write it, so that a row takes few stores. */
export interface Stamp {
  readonly length: number;
  /** Little-endian; the last one may reach beyond the text. */
  readonly words: readonly number[];
}

/** @param text At most STAMP_BYTES in UTF-8. */
export function createStamp(text: string): Stamp {
  const bytes = encoder.encode(text);
  const padded = new Uint8Array(Math.ceil(bytes.length / 4) * 4);
  padded.set(bytes);
  const view = new DataView(padded.buffer);
  const words = Array.from({ length: padded.length / 4 }, (_, i) => view.getUint32(i * 4, true));
  return { length: bytes.length, words };
}

/** The memory of the kernel of rows; the block is there, so that the kernel writes to it. */
export const rowMemory = new WebAssembly.Memory({ initial: ROW_PAGES, maximum: ROW_PAGES });

/**
 * One block for all writers, since allocating it would cost a small answer more than filling it.
 * Safe because a writer holds nothing in it across a `yield`: see invariant 2.
 */
const block = new Uint8Array(rowMemory.buffer, ROW_BLOCK, OUTPUT_BLOCK_BYTES + SLACK_BYTES);
const blockView = new DataView(block.buffer, block.byteOffset, block.byteLength);

/** Buffers of full blocks, and those of them that are free. */
const buffers = new WeakSet<ArrayBuffer>();
const spares: Uint8Array<ArrayBuffer>[] = [];
const MOST_SPARES = 16;

function createBuffer(): Uint8Array<ArrayBuffer> {
  const buffer = new Uint8Array(block.length);
  buffers.add(buffer.buffer);
  return buffer;
}

/**
 * Gives a block back, if it is a full one, so that a writer can use it again. An answer of millions
 * of rows would leave all of its blocks to the garbage collector, which is late to free memory
 * outside of its heap.
 */
export function recycleBlock({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (spares.length < MOST_SPARES && buffers.has(buffer)) spares.push(new Uint8Array(buffer));
}

/**
 * Fills blocks of output.
 *
 * 1. Short writes may follow each other while `full` is false, up to `SLACK_BYTES` in all.
 * 2. Between two writes without `take()` no other writer writes: generators yield only what
 *    `take()` gives.
 */
export class BlockWriter {
  #length = 0;

  /** Whether the block should be taken before more is written. */
  get full(): boolean {
    return this.#length >= OUTPUT_BLOCK_BYTES;
  }

  get empty(): boolean {
    return this.#length === 0;
  }

  /** Where the next byte goes in the memory of the kernel of rows, which moves it on. */
  get address(): number {
    return ROW_BLOCK + this.#length;
  }

  set address(address: number) {
    this.#length = address - ROW_BLOCK;
  }

  /** A copy of the bytes so far; the next write begins a new block. */
  take(): Uint8Array<ArrayBuffer> {
    const written = block.subarray(0, this.#length);
    this.#length = 0;
    if (written.length < OUTPUT_BLOCK_BYTES) return written.slice();
    const buffer = spares.pop() ?? createBuffer();
    buffer.set(written);
    return buffer.subarray(0, written.length);
  }

  /** The same as a string; the bytes must be UTF-8. */
  takeText(): string {
    const text = decoder.decode(block.subarray(0, this.#length));
    this.#length = 0;
    return text;
  }

  writeByte(byte: number): void {
    block[this.#length++] = byte;
  }

  /** Writes a few bytes. */
  writeStamp({ words, length }: Stamp): void {
    const at = this.#length;
    for (let i = 0; i < words.length; i++) blockView.setUint32(at + i * 4, words[i], true);
    this.#length = at + length;
  }

  /** Writes a short text of ASCII. */
  writeAscii(text: string): void {
    for (let i = 0; i < text.length; i++) block[this.#length++] = text.charCodeAt(i);
  }

  /** Writes an integer from 0 to 2^53 - 1. */
  writeInteger(value: number): void {
    if (value < 10) {
      block[this.#length++] = 48 + value;
      return;
    }
    let digits = 1;
    for (let limit = 10; limit <= value; limit *= 10) digits++;
    let at = this.#length + digits;
    this.#length = at;
    do {
      const rest = Math.floor(value / 10);
      block[--at] = 48 + (value - rest * 10);
      value = rest;
    } while (value > 0);
  }

  /**
   * Writes `bytes[from, to)` as far as the block has room.
   *
   * @returns Where it stopped: `to`, or less when the block is full.
   */
  writeRaw(bytes: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + OUTPUT_BLOCK_BYTES - this.#length);
    if (end <= from) return from;
    if (end - from < 64) {
      let at = this.#length;
      for (let i = from; i < end; i++) block[at++] = bytes[i];
    } else {
      block.set(bytes.subarray(from, end), this.#length);
    }
    this.#length += end - from;
    return end;
  }

  /**
   * The same for bytes that must stand on one line.
   *
   * @returns Where it stopped, or -1 for bytes with a line feed.
   */
  writeLine(bytes: Uint8Array, from: number, to: number): number {
    const end = Math.min(to, from + OUTPUT_BLOCK_BYTES - this.#length);
    if (end - from >= 64) {
      if (bytes.subarray(from, end).includes(LINE_FEED)) return -1;
      return this.writeRaw(bytes, from, to);
    }
    let at = this.#length;
    for (let i = from; i < end; i++) {
      const byte = bytes[i];
      if (byte === LINE_FEED) return -1;
      block[at++] = byte;
    }
    this.#length = at;
    return Math.max(end, from);
  }

  /**
   * The same for the inside of a JSON string: quotes, backslashes, controls and everything
   * that any reader takes for the end of a line are escaped.
   */
  writeJson(bytes: Uint8Array, from: number, to: number): number {
    let at = this.#length;
    const start = at;
    const end = Math.min(to, from + OUTPUT_BLOCK_BYTES - at);
    let escapes = 0;
    for (let i = from; i < end; i++) {
      const byte = bytes[i];
      escapes |= ESCAPED[byte];
      block[at++] = byte;
    }
    // The end of the block may cut the bytes within a character.
    if (
      (escapes & 1) !== 0 || end < to || (MAY_END[escapes] !== 0 && holdsLineEnd(bytes, from, end))
    ) {
      return this.#writeEscaped(start, bytes, from, to);
    }
    this.#length = Math.max(at, start);
    return Math.max(end, from);
  }

  #writeEscaped(at: number, bytes: Uint8Array, from: number, to: number): number {
    let i = from;
    while (i < to && at < OUTPUT_BLOCK_BYTES) {
      const byte = bytes[i];
      const lineEnd = ESCAPED[byte] > 1 ? lineEndAt(bytes, i, to) : undefined;
      const escape = lineEnd ?? JSON_ESCAPES[byte];
      i += lineEnd === undefined ? 1 : lineEnd === NEL ? 2 : 3;
      if (escape === undefined) block[at++] = byte;
      else for (const escaped of escape) block[at++] = escaped;
    }
    this.#length = at;
    return i;
  }

  /** The same for the inside of a quoted CSV field: a quote is doubled. */
  writeCsv(bytes: Uint8Array, from: number, to: number): number {
    let at = this.#length;
    let i = from;
    while (i < to && at < OUTPUT_BLOCK_BYTES) {
      const byte = bytes[i++];
      if (byte === QUOTE) block[at++] = QUOTE;
      block[at++] = byte;
    }
    this.#length = at;
    return i;
  }
}
