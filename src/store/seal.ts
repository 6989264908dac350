import { crc32 } from "node:zlib";
import { addToCrc32 } from "../crc32.ts";

/** Bytes under one sum: what a reader of a part has to read at least. */
export const SEAL_PAGE_BYTES = 64 * 1024;

const SUM_BYTES = 4;

/**
 * What a record says of a blob, so that no other bytes pass for it. Behind its bytes the blob has a
 * table of sums, one per page: CRC-32 (ISO-HDLC, as gzip's, RFC 1952), 32 bits little-endian. The
 * seal has the sum of that table, so that a page and its sum cannot be changed together, nor two
 * blobs be swapped.
 */
export interface Seal {
  /** Length of the blob without the table. */
  bytes: number;
  /** Bytes of each page but the last. */
  pageBytes: number;
  /** CRC-32 of the table. */
  crc32: number;
}

/** Bytes of the table of sums behind a blob. */
export function tableBytes({ bytes, pageBytes }: Seal): number {
  return Math.ceil(bytes / pageBytes) * SUM_BYTES;
}

/** Sums up a blob while it is written. */
export class Sealer {
  readonly #sums: number[] = [];
  #sum = 0;
  /** Bytes of the page under way. */
  #filled = 0;
  #bytes = 0;

  push(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + SEAL_PAGE_BYTES - this.#filled);
      this.#sum = addToCrc32(part, this.#sum);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled === SEAL_PAGE_BYTES) this.#turn();
    }
  }

  /** The seal, and the table that belongs behind the blob. */
  finish(): { seal: Seal; table: Uint8Array } {
    if (this.#filled > 0) this.#turn();
    const table = new Uint8Array(this.#sums.length * SUM_BYTES);
    const view = new DataView(table.buffer);
    this.#sums.forEach((sum, i) => view.setUint32(i * SUM_BYTES, sum, true));
    const seal = { bytes: this.#bytes, pageBytes: SEAL_PAGE_BYTES, crc32: crc32(table) };
    return { seal, table };
  }

  #turn(): void {
    this.#sums.push(this.#sum);
    this.#sum = this.#filled = 0;
  }
}

/** Compares pages with their sums. */
export class SealCheck {
  readonly bytes: number;
  readonly pageBytes: number;
  readonly #table: DataView;
  readonly #damaged: (what: string) => Error;

  /**
   * @param table What stands behind the blob.
   * @param damaged Makes the error for what is not as the seal says.
   * @throws What `damaged` makes, if the table is not the one that was sealed.
   */
  constructor(seal: Seal, table: Uint8Array, damaged: (what: string) => Error) {
    if (table.length !== tableBytes(seal) || crc32(table) !== seal.crc32) {
      throw damaged("its table of sums is another one");
    }
    this.bytes = seal.bytes;
    this.pageBytes = seal.pageBytes;
    this.#table = new DataView(table.buffer, table.byteOffset, table.byteLength);
    this.#damaged = damaged;
  }

  /** Length of a page; 0 behind the last. */
  lengthOf(page: number): number {
    return Math.min(this.pageBytes, Math.max(0, this.bytes - page * this.pageBytes));
  }

  /** @throws What `damaged` makes, if these are not the bytes that were sealed. */
  verify(page: number, bytes: Uint8Array): void {
    const whole = bytes.length === this.lengthOf(page);
    if (whole && crc32(bytes) === this.#table.getUint32(page * SUM_BYTES, true)) return;
    throw this.#damaged(`page ${page} is not as it was written`);
  }
}
