import { ignoreError, own } from "../async/own.ts";

/** Bytes that are on their way to a reader that has not asked for them yet. */
const WINDOW_BYTES = 1024 * 1024;

/** While a reader has something to read, so many bytes are gathered for the next message. */
const BATCH_BYTES = 64 * 1024;

// The reader closes the port, which it has read the last message of.

/** What a sender says: some bytes, the end, or why there is none. */
type Sent = Uint8Array | { end: true } | { failed: string };

/** What a reader says: how many bytes it has read, or that it wants no more. */
type Read = number | "gone";

/**
 * Sends a stream to another thread as it comes. A stream that is transferred has a message there
 * and one back for every chunk; here a window of bytes is on its way, in messages of some size.
 *
 * @returns What the other thread opens by `openBody`.
 */
export function sendBody(body: ReadableStream<Uint8Array>): MessagePort {
  const { port1, port2 } = new MessageChannel();
  own(new BodySender(port1).send(body.getReader()));
  return port2;
}

class BodySender {
  readonly #port: MessagePort;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  /** Bytes that were sent and not read yet. */
  #unread = 0;
  #isGone = false;
  #wake = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Never rejects. */
  async send(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
    this.#port.onmessage = ({ data }: MessageEvent<Read>) => {
      if (data === "gone") {
        this.#isGone = true;
        own(reader.cancel(), ignoreError);
      } else this.#noteRead(data);
      this.#wake();
    };
    try {
      for (let read; !(read = await reader.read()).done;) await this.#gather(read.value);
      this.#flush();
      this.#port.postMessage({ end: true } satisfies Sent);
    } catch (error) {
      this.#port.postMessage({ failed: String((error as Error)?.message ?? error) } satisfies Sent);
    }
  }

  async #gather(bytes: Uint8Array): Promise<void> {
    this.#gathered.push(bytes);
    this.#gatheredBytes += bytes.length;
    if (this.#unread === 0 || this.#gatheredBytes >= BATCH_BYTES) this.#flush();
    while (this.#unread >= WINDOW_BYTES && !this.#isGone) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  #noteRead(bytes: number): void {
    this.#unread -= bytes;
    if (this.#unread === 0) this.#flush();
  }

  /** Sends a copy: others may have the buffers of the stream as well. */
  #flush(): void {
    if (this.#gatheredBytes === 0) return;
    const bytes = new Uint8Array(this.#gatheredBytes);
    let at = 0;
    for (const each of this.#gathered) {
      bytes.set(each, at);
      at += each.length;
    }
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#unread += bytes.length;
    this.#port.postMessage(bytes, [bytes.buffer]);
  }
}

/** The stream that another thread sends, to be read "bring your own buffer" as well. */
export function openBody(port: MessagePort): ReadableStream<Uint8Array<ArrayBuffer>> {
  const come: Sent[] = [];
  let wake = () => {};
  port.onmessage = ({ data }: MessageEvent<Sent>) => {
    come.push(data);
    wake();
  };
  const tell = (read: Read) => port.postMessage(read);
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      if (come.length === 0) await new Promise<void>((resolve) => wake = resolve);
      const next = come.shift();
      if (next === undefined) return; // the reader has gone
      if (next instanceof Uint8Array) {
        tell(next.length);
        controller.enqueue(next as Uint8Array<ArrayBuffer>);
        return;
      }
      port.close();
      if ("failed" in next) return controller.error(new Error(next.failed));
      controller.close();
      controller.byobRequest?.respond(0);
    },
    cancel() {
      tell("gone");
      wake();
      port.close();
    },
  });
}
