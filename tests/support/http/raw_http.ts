import { soon } from "../waits.ts";

/** One TCP connection that says exactly what a test writes, right or wrong. */
export class RawConnection implements Disposable {
  readonly #connection: Deno.TcpConn;
  #text = "";

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open(port: number): Promise<RawConnection> {
    return new RawConnection(await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  /** Writes it all, waiting as long as the server does not read. */
  async write(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** Says that no more will be written; the answer may still come. */
  async end(): Promise<void> {
    await this.#connection.closeWrite();
  }

  /**
   * Reads until the pattern is there or the server closes, one of which must come; everything that
   * has come so far.
   */
  read(until?: RegExp): Promise<string> {
    return soon(this.#read(until));
  }

  async #read(until?: RegExp): Promise<string> {
    const buffer = new Uint8Array(65536);
    while (!until?.test(this.#text)) {
      const length = await this.#connection.read(buffer).catch(() => null);
      if (length === null) break;
      this.#text += new TextDecoder().decode(buffer.subarray(0, length));
    }
    return this.#text;
  }

  [Symbol.dispose](): void {
    try {
      this.#connection.close();
    } catch {
      // closed by the test already
    }
  }
}
