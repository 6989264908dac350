/** Reads lines of a stream of bytes, none longer than a limit. */
export class LineReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #mostBytes: number;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>, mostBytes: number) {
    this.#reader = stream.getReader();
    this.#mostBytes = mostBytes;
  }

  /**
   * Reads the next line, without its end. Undefined at the end of the stream.
   *
   * @throws {RangeError} If the line is longer than the limit.
   */
  async next(): Promise<string | undefined> {
    const parts: Uint8Array[] = [];
    let bytes = 0;
    let part = this.#rest;
    while (true) {
      const end = part.indexOf(0x0a);
      parts.push(end < 0 ? part : part.subarray(0, end));
      bytes += parts.at(-1)!.length;
      if (bytes > this.#mostBytes) {
        throw new RangeError(
          `Cannot read line: ${bytes} bytes exceed the limit of ${this.#mostBytes}`,
        );
      }
      if (end >= 0) {
        this.#rest = part.subarray(end + 1);
        return new TextDecoder().decode(join(parts, bytes));
      }
      const { value, done } = await this.#reader.read();
      if (done) return undefined;
      part = value;
    }
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {}); // the process may have ended
  }
}

function join(parts: readonly Uint8Array[], bytes: number): Uint8Array {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
