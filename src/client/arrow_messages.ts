import { readChunks } from "./streams.ts";

/** What stands before the length of a message. */
const CONTINUATION = 0xffffffff;

/** A message of an Arrow stream. */
export interface Message {
  /** Which member of the union of headers it is. */
  kind: number;
  header: Table;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * The messages of an Arrow stream, one by one.
 *
 * @throws {TypeError} If the stream breaks off, or is none of Arrow.
 * @throws The signal's reason when it is aborted.
 */
export async function* readMessages(
  body: ReadableStream<Uint8Array>,
  signal?: AbortSignal,
): AsyncGenerator<Message, void, void> {
  const chunks = readChunks(body, signal);
  const pieces = new Pieces(chunks);
  try {
    for (;;) {
      const [mark, length] = new Uint32Array((await pieces.take(8)).buffer);
      if (mark !== CONTINUATION) throw new TypeError("Cannot read rows: this is no Arrow stream");
      if (length === 0) return;
      const view = new DataView((await pieces.take(length)).buffer);
      const message = new Table(view, view.getUint32(0, true));
      const bytes = await pieces.take(message.long(3));
      yield { kind: message.byte(1), header: message.table(2), body: bytes };
    }
  } finally {
    await chunks.return(); // whoever leaves before the end wants no more
  }
}

/** Takes as many bytes of a stream as are asked for, however they come. */
class Pieces {
  readonly #chunks: AsyncGenerator<Uint8Array, void, void>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(chunks: AsyncGenerator<Uint8Array, void, void>) {
    this.#chunks = chunks;
  }

  /** A copy, so that it begins where numbers of all widths may. */
  async take(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const taken = new Uint8Array(length);
    for (let at = 0; at < length;) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#chunks.next();
        if (done) throw new TypeError("Cannot read rows: the answer broke off");
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, length - at);
      taken.set(part, at);
      this.#rest = this.#rest.subarray(part.length);
      at += part.length;
    }
    return taken;
  }
}

/** A table of FlatBuffers: https://flatbuffers.dev/internals/ */
export class Table {
  readonly #view: DataView;
  readonly #at: number;
  readonly #fields: number;

  constructor(view: DataView, at: number) {
    this.#view = view;
    this.#at = at;
    this.#fields = at - view.getInt32(at, true);
  }

  byte(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  int(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  long(field: number): number {
    const at = this.#find(field);
    return at === 0 ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  text(field: number): string {
    const at = this.#follow(this.#find(field));
    const bytes = new Uint8Array(this.#view.buffer, at + 4, this.#view.getUint32(at, true));
    return new TextDecoder().decode(bytes);
  }

  table(field: number): Table {
    return new Table(this.#view, this.#follow(this.#find(field)));
  }

  tables(field: number): Table[] {
    return this.structs(field, 4).map(({ view, at }) => new Table(view, this.#follow(at)));
  }

  /** Where each member of a list of structures is. */
  structs(field: number, bytes: number): { view: DataView; at: number }[] {
    const start = this.#follow(this.#find(field));
    const length = this.#view.getUint32(start, true);
    return Array.from({ length }, (_, i) => ({ view: this.#view, at: start + 4 + i * bytes }));
  }

  /** Where a field is; 0 if it is left out. */
  #find(field: number): number {
    const slot = 4 + 2 * field;
    if (slot >= this.#view.getUint16(this.#fields, true)) return 0;
    const offset = this.#view.getUint16(this.#fields + slot, true);
    return offset === 0 ? 0 : this.#at + offset;
  }

  #follow(at: number): number {
    return at + this.#view.getUint32(at, true);
  }
}
