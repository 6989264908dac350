import {
  FLAG_REJECT_INVALID,
  INVALID_UTF8,
  JOB_FLAGS,
  JOB_LOCALE,
  JOB_LOCALE_BYTES,
  KEY_BEGINS_LINE,
  OK,
  STOPPED,
} from "../../assembly/layout.ts";
import { jobAddress } from "../../src/shared/addresses.ts";
import type { SharedHeap } from "../../src/shared/shared_heap.ts";
import type { PrivateKeys } from "./place_keys.ts";
import { repairText } from "./repair.ts";

/** Most bytes of records per byte of text: a token of one byte makes a record of five. */
const RECORD_EXPANSION = 5;
/** A replaced byte becomes the three bytes of U+FFFD. */
const REPLACEMENT_EXPANSION = 3;

/** Segmenters that are kept: one takes 12 KB, and a client may name as many locales as it likes. */
const MOST_SEGMENTERS = 16;
/** Segments between two looks at whether the task is still wanted: some milliseconds. */
const POLL_SEGMENTS = 1024;

/**
 * Cuts text into words by `Intl.Segmenter`, for languages in which only a dictionary tells words
 * apart (Chinese, Japanese, Thai). It has about a hundredth of the kernel's speed.
 *
 * ICU takes a row of letters of such a language in one step, however long it is. It takes them in
 * linear time, 0.1 to 1 µs a byte, for which the watchdog's limit has room.
 */
export class IcuTokenizer {
  readonly #heap: SharedHeap;
  readonly #isWanted: () => boolean;
  readonly #segmenters = new Map<string, Intl.Segmenter>();

  /** @param isWanted Whether to go on; called again and again, it also shows that the thread lives. */
  constructor(heap: SharedHeap, isWanted: () => boolean) {
    this.#heap = heap;
    this.#isWanted = isWanted;
  }

  /**
   * Writes the words of a text as packed keys. This takes long, so it writes to no shared memory: the
   * host may give the task to another thread meanwhile. Then the status is STOPPED.
   */
  tokenize(job: number, start: number, bytes: number): PrivateKeys {
    const original = this.#heap.bytes.slice(start, start + bytes);
    const { text, replaced, badOffset } = repairText(original);
    const records = { status: OK, bytes: new Uint8Array(0), replaced, badOffset };
    if (
      replaced > 0 && (this.#heap.word(jobAddress(job) + JOB_FLAGS) & FLAG_REJECT_INVALID) !== 0
    ) {
      return { ...records, status: INVALID_UTF8 };
    }
    const most = (bytes + replaced * REPLACEMENT_EXPANSION) * RECORD_EXPANSION;
    const written = this.#writeRecords(this.#segmenter(job), text, most);
    return written ? { ...records, bytes: written } : { ...records, status: STOPPED };
  }

  /** Undefined when the task is not wanted any more. */
  #writeRecords(
    segmenter: Intl.Segmenter,
    text: string,
    most: number,
  ): Uint8Array<ArrayBuffer> | undefined {
    const room = new Uint8Array(most);
    const view = new DataView(room.buffer);
    let at = 0;
    let polls = 0;
    let line = 0;
    for (const { segment, isWordLike } of segmenter.segment(text)) {
      if (polls++ % POLL_SEGMENTS === 0 && !this.#isWanted()) return undefined;
      if (!isWordLike) {
        if (segment.includes("\n")) line = KEY_BEGINS_LINE;
        continue;
      }
      const { written } = encoder.encodeInto(segment, room.subarray(at + 4));
      view.setUint32(at, written | line, true);
      line = 0;
      at += 4 + written;
    }
    return room.subarray(0, at);
  }

  #segmenter(job: number): Intl.Segmenter {
    const start = jobAddress(job) + JOB_LOCALE;
    const locale = decoder.decode(this.#heap.bytes.slice(start, start + JOB_LOCALE_BYTES))
      .replace(/\0.*$/s, "");
    let segmenter = this.#segmenters.get(locale);
    if (!segmenter) {
      if (this.#segmenters.size >= MOST_SEGMENTERS) this.#segmenters.clear();
      segmenter = new Intl.Segmenter(locale, { granularity: "word" });
      this.#segmenters.set(locale, segmenter);
    }
    return segmenter;
  }
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();
