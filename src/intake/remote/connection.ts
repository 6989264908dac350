import { ignoreError, own } from "../../async/own.ts";
import type { Blocks } from "../../input/byte_stream.ts";

const BLOCK_BYTES = 64 * 1024;

/** How a connection is made. */
export interface DialOptions {
  connectTimeoutMs: number;
  /** Longest wait for the next bytes. */
  stallTimeoutMs: number;
  /** Certificates in PEM that are trusted beside those of the system. */
  caCerts?: string[];
}

/**
 * One connection to the address that was checked: names are not looked up again. With TLS, the
 * certificate is verified for the name.
 */
export class Connection implements Blocks {
  readonly #connection: Deno.Conn;
  readonly #stallTimeoutMs: number;
  #stalled = false;

  private constructor(connection: Deno.Conn, stallTimeoutMs: number) {
    this.#connection = connection;
    this.#stallTimeoutMs = stallTimeoutMs;
  }

  /** @throws {Error} If no connection comes about in time. */
  static async open(url: URL, address: string, options: DialOptions): Promise<Connection> {
    const { connectTimeoutMs, stallTimeoutMs } = options;
    const dialling = dial(url, address, options);
    const timer = Promise.withResolvers<never>();
    const id = setTimeout(
      () => timer.reject(new Error(`no connection within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    try {
      return new Connection(await Promise.race([dialling, timer.promise]), stallTimeoutMs);
    } catch (error) {
      own(dialling, ignoreError, (late) => late.close());
      throw error;
    } finally {
      clearTimeout(id);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** @throws {Error} If nothing comes in time, or the connection breaks. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const block = new Uint8Array(BLOCK_BYTES);
      const timer = setTimeout(() => {
        this.#stalled = true;
        this.close();
      }, this.#stallTimeoutMs);
      const read = await this.#connection.read(block).catch((error) => {
        throw this.#stalled ? new Error(`nothing came for ${this.#stallTimeoutMs} ms`) : error;
      }).finally(() => clearTimeout(timer));
      if (read === null) return;
      yield block.subarray(0, read);
    }
  }

  close(): void {
    try {
      this.#connection.close();
    } catch {
      // it is closed already
    }
  }
}

async function dial(url: URL, address: string, { caCerts }: DialOptions): Promise<Deno.Conn> {
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const connection = await Deno.connect({ hostname: address, port });
  if (!isTls) return connection;
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const secure = await Deno.startTls(connection, { hostname, caCerts });
  try {
    await secure.handshake();
    return secure;
  } catch (error) {
    secure.close();
    throw error;
  }
}
