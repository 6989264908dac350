/** Most bytes of modules that are held: some dozens. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Modules that were used last, by their digests. A module that is held is the same object each time,
 * by which an engine may know that it has compiled it already.
 */
export class HeldModules {
  readonly #modules = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #mostBytes: number;
  #bytes = 0;

  constructor(mostBytes: number = MOST_BYTES) {
    this.#mostBytes = mostBytes;
  }

  /**
   * The module of a digest.
   *
   * @param read Reads it if it is not held; nothing when there is none.
   */
  async get(
    digest: string,
    read: () => Promise<Uint8Array<ArrayBuffer> | undefined>,
  ): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const module = this.#modules.get(digest) ?? await read();
    if (module === undefined) return undefined;
    // Another request may have read it meanwhile: the first object stays.
    return this.#use(digest, this.#modules.get(digest) ?? module);
  }

  /** Makes a module the last one used, and drops those that were not used for the longest time. */
  #use(digest: string, module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    if (!this.#modules.delete(digest)) this.#bytes += module.length;
    this.#modules.set(digest, module);
    for (const [oldest, { length }] of this.#modules) {
      if (this.#bytes <= this.#mostBytes || oldest === digest) break;
      this.#modules.delete(oldest);
      this.#bytes -= length;
    }
    return module;
  }
}
