const HEADER_BYTES = 4;

/** Bytes of a key when it is packed. */
export const packedKeyBytes = (key: Uint8Array): number => HEADER_BYTES + key.length;

/** Packs keys as kernels read them: `u32 bytes | key`, unpadded, little-endian. */
export class PackedKeyWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  #end = 0;

  /** @param capacity Bytes of packed keys that fit. */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Appends a key; false when there is no room for it. */
  add(key: Uint8Array): boolean {
    if (this.#end + packedKeyBytes(key) > this.#bytes.length) return false;
    this.#view.setUint32(this.#end, key.length, true);
    this.#bytes.set(key, this.#end + HEADER_BYTES);
    this.#end += packedKeyBytes(key);
    return true;
  }

  /** The packed keys so far, as a view. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#end);
  }
}

const encoder = new TextEncoder();

/** Packs texts as UTF-8, without a buffer for each: there may be a great many. */
export function encodePackedTexts(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  const most = texts.reduce((sum, text) => sum + HEADER_BYTES + 3 * text.length, 0);
  const packed = new Uint8Array(most);
  const view = new DataView(packed.buffer);
  let end = 0;
  for (const text of texts) {
    const { written } = encoder.encodeInto(text, packed.subarray(end + HEADER_BYTES));
    view.setUint32(end, written, true);
    end += HEADER_BYTES + written;
  }
  return packed.slice(0, end);
}

/** Packs some keys into exactly as many bytes as they take. */
export function encodePackedKeys(keys: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const writer = new PackedKeyWriter(keys.reduce((sum, key) => sum + packedKeyBytes(key), 0));
  for (const key of keys) writer.add(key);
  return writer.take();
}
