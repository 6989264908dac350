const WORD_BYTES = 4;
/** Tables of regular expressions hold words of 8 bytes. */
const ALIGNMENT = 8;

/**
 * Words of 4 bytes and, behind them, texts and tables that they point to. An offset counts from the
 * beginning of the whole.
 */
export class PlanBytes {
  readonly #words: number[] = [];
  readonly #parts: { at: number; bytes: Uint8Array }[] = [];

  /** Adds words; returns the number of the first one. */
  add(...words: number[]): number {
    return this.#words.push(...words) - words.length;
  }

  /** Sets a word that was added before. */
  set(number: number, word: number): void {
    this.#words[number] = word;
  }

  /** Adds two words that say where bytes stand, and how many. */
  addBytes(bytes: Uint8Array): void {
    this.#parts.push({ at: this.add(0, bytes.length), bytes });
  }

  /** The same for a text. */
  addText(text: string): void {
    this.addBytes(new TextEncoder().encode(text));
  }

  /** Little-endian. */
  toBytes(): Uint8Array<ArrayBuffer> {
    let end = aligned(this.#words.length * WORD_BYTES);
    for (const { at, bytes } of this.#parts) {
      this.#words[at] = end;
      end = aligned(end + bytes.length);
    }
    const all = new Uint8Array(end);
    const view = new DataView(all.buffer);
    this.#words.forEach((word, i) => view.setUint32(i * WORD_BYTES, word, true));
    for (const { at, bytes } of this.#parts) all.set(bytes, this.#words[at]);
    return all;
  }
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}
