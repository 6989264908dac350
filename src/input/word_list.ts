import { KeyPacker } from "./key_packer.ts";
import type { Chunk } from "./splitter.ts";
import { type DocumentReading, StringChecker } from "./strings.ts";
import type { Text } from "./text.ts";

const encoder = new TextEncoder();

/** Words that are tokens as they are. */
export interface Words {
  /** An array can be read again. */
  words: readonly string[] | AsyncIterable<string>;
  /** What they were read from. */
  document?: DocumentReading;
  /** Called when nothing more will be read, to end a word that is being waited for. */
  cancel?(reason: unknown): void;
}

/** Words on their way to the workers, as packed keys. */
export class WordList implements Text {
  readonly isKeys = true;
  readonly skippedBytes = 0;
  readonly rewinds: boolean;
  /** Bytes of the words themselves. */
  bytes = 0;
  readonly #input: Words;
  readonly #invalid: "replace" | "reject" | undefined;
  #checker: StringChecker;

  constructor(input: Words, invalid?: "replace" | "reject") {
    this.#input = input;
    this.#invalid = invalid;
    this.#checker = new StringChecker(invalid);
    this.rewinds = Array.isArray(input.words);
  }

  get charset(): string {
    return this.#input.document?.charset ?? "utf-8";
  }

  get bomSkipped(): boolean {
    return this.#input.document?.bomSkipped ?? false;
  }

  get replacements(): number {
    return this.#checker.replacements + (this.#input.document?.replacements ?? 0);
  }

  chunks(chunkBytes: number): Iterable<Chunk> | AsyncIterable<Chunk> {
    this.bytes = 0;
    this.#checker = new StringChecker(this.#invalid);
    const { words } = this.#input;
    const packer = new KeyPacker(chunkBytes);
    if (Symbol.asyncIterator in words) return this.#packAsTheyCome(words, packer);
    return this.#pack(words, packer);
  }

  *#pack(words: readonly string[], packer: KeyPacker): Generator<Chunk, void, void> {
    for (let index = 0; index < words.length; index++) {
      const chunk = packer.add(this.#encode(words[index], index));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }

  async *#packAsTheyCome(
    words: AsyncIterable<string>,
    packer: KeyPacker,
  ): AsyncGenerator<Chunk, void, void> {
    let index = 0;
    for await (const word of words) {
      const chunk = packer.add(this.#encode(word, index++));
      if (chunk) yield chunk;
    }
    yield* packer.end();
  }

  #encode(word: string, index: number): Uint8Array {
    const place = () => this.#input.document?.place?.() ?? { index };
    const key = encoder.encode(this.#checker.check(word, place));
    this.bytes += key.length;
    return key;
  }

  cancel(reason: unknown): void {
    this.#input.cancel?.(reason);
  }
}
