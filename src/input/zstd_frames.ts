import { ENDS_EARLY, GOES_ON, invalidEncoding } from "./coding_errors.ts";

const FRAME_MAGIC = 0xfd2fb528;
const SKIPPABLE_MAGIC = 0x184d2a50;
const MAGIC_BYTES = 4;
const DICTIONARY_BYTES = [0, 1, 2, 4];
const RLE_BLOCK = 1;

/** The largest window of Zstandard over HTTP is 8 MiB (RFC 9659), as a power of two. */
export const ZSTD_WINDOW_LOG = 23;
const MOST_WINDOW_BYTES = 2 ** ZSTD_WINDOW_LOG;

/** Longest field that is looked at: the window, the dictionary and the size in a frame's header. */
const MOST_FIELD_BYTES = 1 + 4 + 8;
const MOST_HEADER_BYTES = MAGIC_BYTES + 1 + MOST_FIELD_BYTES;

/** What the walk through a frame wants next: bytes to look at, or bytes to pass over. */
interface Step {
  look: number;
  skip: number;
}

/**
 * Finds where the frames of a Zstandard stream end (RFC 8878, section 3.1), without decompressing
 * them, and refuses frames that the decoder cannot take. The decoder of node:zlib leaves that
 * undone: it stops behind the first frame of a block of bytes, does not say when a stream ends
 * within a frame, and only the text of its message tells a window that is too large or a dictionary
 * that is missing from corrupt bytes.
 */
export class ZstdFrames {
  /** Where the last frame begins. */
  frameStart = 0;
  #walk: Generator<Step, void, DataView> | undefined;
  readonly #field = new Uint8Array(MOST_FIELD_BYTES);
  #lookedAt = 0;
  #step: Step = { look: 0, skip: 0 };
  #bytes = 0;

  /** How many bytes the next push must hold, unless the input ends: where a frame begins, its header. */
  get least(): number {
    return this.#walk === undefined ? MOST_HEADER_BYTES : 1;
  }

  /**
   * How many of these bytes belong to the frame that is open or begins here.
   *
   * @throws {JobError} `invalid_encoding` if none begins here, or it cannot be decoded.
   */
  push(bytes: Uint8Array): number {
    let at = 0;
    this.#walk ??= this.#begin(bytes);
    do {
      const passed = Math.min(this.#step.skip, bytes.length - at);
      this.#step.skip -= passed;
      at += passed;
      while (this.#lookedAt < this.#step.look && at < bytes.length) {
        this.#field[this.#lookedAt++] = bytes[at++];
      }
      if (this.#step.skip > 0 || this.#lookedAt < this.#step.look) break;
    } while (!this.#advance());
    this.#bytes += at;
    return at;
  }

  /** @throws {JobError} `invalid_encoding` if the bytes so far do not end with a frame. */
  checkEnd(): void {
    if (this.#walk !== undefined) throw invalid(this.#bytes, ENDS_EARLY);
  }

  #begin(bytes: Uint8Array): Generator<Step, void, DataView> {
    const start = this.frameStart = this.#bytes;
    if (!isMagic(bytes)) {
      throw invalid(start, start === 0 ? "it does not begin with a frame" : GOES_ON);
    }
    if (bytes.length < MAGIC_BYTES) throw invalid(start + bytes.length, ENDS_EARLY);
    const walk = walkFrame(start);
    this.#step = walk.next().value as Step;
    this.#lookedAt = 0;
    return walk;
  }

  /** Takes the next step that wants bytes; true when the frame is over. */
  #advance(): boolean {
    const view = new DataView(this.#field.buffer);
    const { value, done } = this.#walk!.next(view);
    this.#lookedAt = 0;
    if (!done) this.#step = value;
    else this.#walk = undefined;
    return done === true;
  }
}

/** Whether these are the first bytes of a frame, or those of them that are there. */
function isMagic(bytes: Uint8Array): boolean {
  const isSkippable = (bytes[0] & 0xf0) === (SKIPPABLE_MAGIC & 0xff);
  const known = isSkippable ? SKIPPABLE_MAGIC | bytes[0] : FRAME_MAGIC;
  const view = new DataView(new ArrayBuffer(MAGIC_BYTES));
  view.setUint32(0, known, true);
  return bytes.subarray(0, MAGIC_BYTES).every((byte, i) => byte === view.getUint8(i));
}

const look = (bytes: number): Step => ({ look: bytes, skip: 0 });
const skip = (bytes: number, thenLook = 0): Step => ({ look: thenLook, skip: bytes });

function* walkFrame(start: number): Generator<Step, void, DataView> {
  const magic = (yield look(MAGIC_BYTES)).getUint32(0, true);
  if (magic !== FRAME_MAGIC) { // a skippable one
    yield skip((yield look(4)).getUint32(0, true));
    return;
  }
  const descriptor = (yield look(1)).getUint8(0);
  yield* walkHeader(descriptor, start);
  let before = 0;
  for (let last = 0; !last;) {
    const field = yield skip(before, 3);
    const block = field.getUint16(0, true) | (field.getUint8(2) << 16);
    last = block & 1;
    before = ((block >> 1) & 3) === RLE_BLOCK ? 1 : block >> 3;
  }
  const hasChecksum = (descriptor >> 2) & 1;
  yield skip(before + 4 * hasChecksum);
}

/** The rest of a frame's header (section 3.1.1.1), behind its descriptor. */
function* walkHeader(descriptor: number, start: number): Generator<Step, void, DataView> {
  const singleSegment = (descriptor >> 5) & 1;
  const sizeFlag = descriptor >> 6;
  const sizeBytes = sizeFlag === 0 ? singleSegment : 1 << sizeFlag;
  const dictionaryBytes = DICTIONARY_BYTES[descriptor & 3];
  const windowBytes = 1 - singleSegment;
  const header = yield look(windowBytes + dictionaryBytes + sizeBytes);
  const window = singleSegment
    ? readNumber(header, dictionaryBytes, sizeBytes) + (sizeFlag === 1 ? 256 : 0)
    : readWindow(header.getUint8(0));
  if (window > MOST_WINDOW_BYTES) {
    const limit = MOST_WINDOW_BYTES;
    const reason = `the window of a frame is ${window} bytes, the limit is ${limit} (RFC 9659)`;
    throw invalid(start, reason, { value: window, limit, unit: "bytes" });
  }
  const dictionary = readNumber(header, windowBytes, dictionaryBytes);
  if (dictionary === 0) return;
  throw invalid(start, `a frame needs dictionary ${dictionary}, and none is known here`, {
    dictionary,
  });
}

function readWindow(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + base / 8 * (descriptor & 7);
}

/** A number of up to eight bytes, the lowest first. */
function readNumber(view: DataView, at: number, bytes: number): number {
  let value = 0;
  for (let i = bytes - 1; i >= 0; i--) value = value * 256 + view.getUint8(at + i);
  return value;
}

function invalid(offset: number, reason: string, details?: Record<string, unknown>) {
  return invalidEncoding({ coding: "zstd", offset, reason, details });
}
