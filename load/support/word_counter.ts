/** What a plain program does: decodes, splits and counts in a Map, block by block. */
export class WordCounter {
  readonly counts = new Map<string, number>();
  readonly #decoder = new TextDecoder();
  /** The end of the last block, which may be the beginning of a word. */
  #rest = "";

  /** Counts a block of at most some MB, since one string of a large text would be slow or impossible. */
  add(block: Uint8Array): void {
    const words = (this.#rest + this.#decoder.decode(block, { stream: true })).split(/\s+/);
    this.#rest = words.pop()!;
    for (const word of words) this.#count(word);
  }

  /** Counts what the last block has left. */
  end(): void {
    this.#count(this.#rest);
    this.#rest = "";
  }

  #count(word: string): void {
    if (word !== "") this.counts.set(word, (this.counts.get(word) ?? 0) + 1);
  }
}
