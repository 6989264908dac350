import { packedKeyBytes, PackedKeyWriter } from "./packed_keys.ts";
import type { Chunk } from "./splitter.ts";

/** Packs keys into chunks; a key that is longer than a chunk has a chunk of its own. */
export class KeyPacker {
  readonly #chunkBytes: number;
  #records: PackedKeyWriter;
  #offset = 0;
  #isEmpty = true;

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#records = new PackedKeyWriter(chunkBytes);
  }

  /** Adds a key; gives the chunk before it when that has no room. */
  add(key: Uint8Array): Chunk | undefined {
    if (this.#records.add(key)) {
      this.#isEmpty = false;
      return undefined;
    }
    const full = this.#isEmpty ? undefined : this.#take(false);
    this.#records = new PackedKeyWriter(Math.max(this.#chunkBytes, packedKeyBytes(key)));
    this.#records.add(key);
    this.#isEmpty = false;
    return full;
  }

  *end(): Generator<Chunk, void, void> {
    if (!this.#isEmpty) yield this.#take(this.#offset === 0);
  }

  #take(last: boolean): Chunk {
    const text = this.#records.take();
    const chunk = { text, offset: this.#offset, last };
    this.#offset += text.length;
    return chunk;
  }
}
