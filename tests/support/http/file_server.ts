import { pause } from "../waits.ts";

/** How a file server behaves. */
export interface FileServerOptions {
  /** Whether it gives ranges. @default {true} */
  ranges?: boolean;
  /** Its ETag for each request, counted from 0. @default {always the same} */
  etag?: (request: number) => string | null;
  /** How many bytes of an answer come before the connection breaks. @default {all} */
  breakAfter?: (request: number) => number;
  /** Headers beside those of the range. */
  headers?: Record<string, string>;
  /** Answers in place of the file. */
  answer?: (
    request: Request,
    number: number,
  ) => Response | undefined | Promise<Response | undefined>;
}

/** Turns of the loop in which a connection sends what it was given, however long each of them takes. */
const TURNS_TO_SEND = 20;

/** Lets what was given to a connection leave before it breaks. */
export async function giveTurnsToSend(): Promise<void> {
  for (let turn = 0; turn < TURNS_TO_SEND; turn++) await pause(0);
}

/** A server of one file on this machine that can be made to misbehave. */
export class FileServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly ranges: (string | null)[] = [];

  constructor(file: Uint8Array<ArrayBuffer>, options: FileServerOptions = {}) {
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {}, onError: () => new Response("x") },
      (request) => this.#answer(request, file, options),
    );
  }

  get port(): number {
    return this.#server.addr.port;
  }

  /** A URL whose host no resolver but the test's knows. */
  url(path = "/file.txt"): string {
    return `http://files.test:${this.port}${path}`;
  }

  async #answer(
    request: Request,
    file: Uint8Array<ArrayBuffer>,
    options: FileServerOptions,
  ): Promise<Response> {
    const number = this.ranges.length;
    const range = request.headers.get("range");
    this.ranges.push(range);
    const other = await options.answer?.(request, number);
    if (other) return other;
    const etag = options.etag ? options.etag(number) : '"1"';
    const condition = request.headers.get("if-range");
    const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? "");
    const gives = options.ranges !== false && match && (condition === null || condition === etag);
    const start = gives ? Number(match[1]) : 0;
    const end = gives ? Math.min(Number(match[2] || Infinity) + 1, file.length) : file.length;
    if (gives && start >= file.length) {
      return new Response(null, {
        status: 416,
        headers: { "content-range": `bytes */${file.length}` },
      });
    }
    const body = this.#send(file.subarray(start, end), options.breakAfter?.(number) ?? Infinity);
    const headers = new Headers({ "content-length": String(end - start), ...options.headers });
    if (etag !== null) headers.set("etag", etag);
    if (options.ranges !== false) headers.set("accept-ranges", "bytes");
    if (gives) headers.set("content-range", `bytes ${start}-${end - 1}/${file.length}`);
    return new Response(body, { status: gives ? 206 : 200, headers });
  }

  #send(
    bytes: Uint8Array<ArrayBuffer>,
    breakAfter: number,
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    let at = 0;
    return new ReadableStream({
      pull: async (controller) => {
        const end = Math.min(at + 50_000, bytes.length, breakAfter);
        if (end > at) {
          controller.enqueue(bytes.subarray(at, end));
          at = end;
          return;
        }
        if (at === bytes.length) return controller.close();
        await giveTurnsToSend();
        controller.error(new Error("broken on purpose"));
      },
    }, { highWaterMark: 0 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}
