import {
  ENTRY_ROW_BITS,
  OPS_MATCH,
  REGEX_CLASSES,
  REGEX_OPS,
  REGEX_ROWS,
  REGEX_START_ROW,
  REGISTER_END,
  REGISTER_START,
  ROW_END,
  ROW_ENTRIES,
  SOURCE_NONE,
  SOURCE_POSITION,
} from "../../../assembly/regex_layout.ts";

const ROW_MASK = (1 << ENTRY_ROW_BITS) - 1;
const NONE = -1;

/** Where a group or a match stands in a text: byte offsets. */
export interface Found {
  readonly start: number;
  readonly end: number;
}

/**
 * A regular expression as an automaton, which is walked here and in the kernel
 * (assembly/records/regex.ts): one entry per byte of text, whatever the expression.
 */
export class RegexTables {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  readonly #registers = new Int32Array(256);

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** The tables, whose begin is to stand at a multiple of 8. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes;
  }

  /**
   * Finds the first group of the leftmost match, or the whole match of an expression without groups.
   *
   * @param text UTF-8. No expression matches within bytes that are none.
   * @returns Null if there is no match, or if the group takes no part in it.
   */
  find(text: Uint8Array): Found | null {
    if (!this.#walk(text, false)) return null;
    const start = this.#registers[REGISTER_START];
    const end = this.#registers[REGISTER_END];
    return end === NONE ? null : { start, end };
  }

  /** Whether there is a match in a text of UTF-8. */
  test(text: Uint8Array): boolean {
    return this.#walk(text, true);
  }

  #walk(text: Uint8Array, isTest: boolean): boolean {
    let row = this.#view.getUint32(REGEX_START_ROW, true);
    let isMatch = false;
    for (let at = 0; at < text.length; at++) {
      const entry = this.#entry(row, ROW_ENTRIES + 4 * this.#bytes[REGEX_CLASSES + text[at]]);
      if (this.#move(entry >>> ENTRY_ROW_BITS, at)) isMatch = true;
      row = entry & ROW_MASK;
      if (row === 0 || (isTest && isMatch)) return isMatch;
    }
    return this.#move(this.#entry(row, ROW_END) >>> ENTRY_ROW_BITS, text.length) || isMatch;
  }

  #entry(row: number, at: number): number {
    return this.#view.getUint32(REGEX_ROWS + 4 * row + at, true);
  }

  /** Does the operations at a word. Returns whether a match ends at `at`. */
  #move(word: number, at: number): boolean {
    if (word === 0) return false;
    const ops = this.#view.getUint32(REGEX_OPS, true) + 4 * word;
    const head = this.#view.getUint16(ops, true);
    const count = head & (OPS_MATCH - 1);
    for (let i = 1; i <= count; i++) {
      const source = this.#bytes[ops + 2 * i + 1];
      const value = source === SOURCE_POSITION ? at : this.#registers[source];
      this.#registers[this.#bytes[ops + 2 * i]] = source === SOURCE_NONE ? NONE : value;
    }
    return head >= OPS_MATCH;
  }
}
