/**
 * A stream whose source sends when it has something to send. Its reader may go at any moment, also
 * within `send`: the HTTP server passes a chunk to the connection at once, and cancels the stream
 * when the connection is gone. From then on `send` and `end` do nothing, so that no sender has to
 * know.
 */
export class PushStream<T> {
  readonly readable: ReadableStream<T>;
  /** Undefined once the stream has ended or its reader is gone. */
  #controller: ReadableStreamDefaultController<T> | undefined;

  /**
   * @param capacity Chunks that may wait for the reader before the stream counts as full.
   * @param onLeave Called once when the reader goes before the end.
   */
  constructor(capacity: number, onLeave: () => void) {
    this.readable = new ReadableStream<T>({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => {
        const left = this.#controller !== undefined;
        this.#controller = undefined;
        if (left) onLeave();
      },
    }, { highWaterMark: capacity });
  }

  /** Whether there is a reader, and room for another chunk. */
  get hasRoom(): boolean {
    return this.#controller !== undefined && this.#controller.desiredSize! > 0;
  }

  /** Sends a chunk, which waits for the reader if need be. */
  send(chunk: T): void {
    this.#controller?.enqueue(chunk);
  }

  /** Ends the stream behind what was sent. */
  end(): void {
    const controller = this.#controller;
    this.#controller = undefined;
    controller?.close();
  }
}
