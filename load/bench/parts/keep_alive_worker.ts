/// <reference lib="deno.worker" />
/** One round of load: the same request again and again over some connections, one at a time each. */
export interface LoadRound {
  port: number;
  path: string;
  body: Uint8Array;
  connections: number;
  ms: number;
}

/** What came of a round. */
export interface LoadReport {
  requests: number;
  ms: number;
  /** Milliseconds from each request to the end of its response. */
  latencies: Float64Array<ArrayBuffer>;
  /** The body of the last response, to be checked. */
  answer: string;
  error?: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const HEADER_END = encoder.encode("\r\n\r\n");

self.onmessage = async ({ data }: MessageEvent<LoadRound>) => {
  try {
    self.postMessage(await load(data));
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
};

async function load({ port, path, body, connections, ms }: LoadRound): Promise<LoadReport> {
  const request = encodeRequest(path, body);
  const all = await Promise.all(
    Array.from({ length: connections }, () => KeepAliveConnection.open(port)),
  );
  const latencies: number[] = [];
  const started = performance.now();
  await Promise.all(all.map(async (connection) => {
    for (let sent = started; sent < started + ms;) {
      await connection.exchange(request);
      const now = performance.now();
      latencies.push(now - sent);
      sent = now;
    }
  }));
  const elapsed = performance.now() - started;
  const { answer } = all[0];
  for (const connection of all) connection.close();
  return {
    requests: latencies.length,
    ms: elapsed,
    latencies: Float64Array.from(latencies),
    answer,
  };
}

function encodeRequest(path: string, body: Uint8Array): Uint8Array {
  const head = encoder.encode(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: ${body.length}\r\n\r\n`,
  );
  const request = new Uint8Array(head.length + body.length);
  request.set(head);
  request.set(body, head.length);
  return request;
}

/**
 * One TCP connection that speaks as much HTTP as a benchmark needs: responses of 200 with a content
 * length. `fetch` would cost more than the server that is measured.
 */
class KeepAliveConnection {
  readonly #connection: Deno.TcpConn;
  readonly #buffer = new Uint8Array(256 * 1024);
  #headerBytes = 0;
  #bodyBytes = 0;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  static async open(port: number): Promise<KeepAliveConnection> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    return new KeepAliveConnection(connection);
  }

  /** Body of the last response. */
  get answer(): string {
    return decoder.decode(
      this.#buffer.subarray(this.#headerBytes, this.#headerBytes + this.#bodyBytes),
    );
  }

  /** Sends a request and reads its response to the end. @throws {Error} If that is no 200. */
  async exchange(request: Uint8Array): Promise<void> {
    for (let at = 0; at < request.length;) {
      at += await this.#connection.write(at === 0 ? request : request.subarray(at));
    }
    let filled = 0;
    this.#headerBytes = 0;
    while (this.#headerBytes === 0 || filled < this.#headerBytes + this.#bodyBytes) {
      const added = await this.#connection.read(this.#buffer.subarray(filled));
      if (added === null) throw new Error("The server closed the connection");
      filled += added;
      if (this.#headerBytes === 0) this.#parseHeader(filled);
    }
  }

  #parseHeader(filled: number): void {
    const end = indexOf(this.#buffer, HEADER_END, filled);
    if (end < 0) return;
    const header = decoder.decode(this.#buffer.subarray(0, end));
    const length = /\r\ncontent-length: *(\d+)/i.exec(header);
    if (!header.startsWith("HTTP/1.1 200") || length === null) {
      throw new Error(`Cannot read response: ${header}`);
    }
    this.#headerBytes = end + HEADER_END.length;
    this.#bodyBytes = Number(length[1]);
  }

  close(): void {
    this.#connection.close();
  }
}

/** Where `pattern`, whose first byte is rare, stands in the first `filled` bytes; or -1. */
function indexOf(bytes: Uint8Array, pattern: Uint8Array, filled: number): number {
  for (let at = bytes.indexOf(pattern[0]); at >= 0; at = bytes.indexOf(pattern[0], at + 1)) {
    if (at + pattern.length > filled) return -1;
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}
