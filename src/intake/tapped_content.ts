import type { Content } from "./submission.ts";
import { type Tap, tapStream } from "./tap_stream.ts";

/** A content that shows its bytes to a tap, in whichever way it is read. */
export class TappedContent implements Content {
  readonly #content: Content;
  readonly #tap: Tap;
  #body: ReadableStream<Uint8Array> | null | undefined;

  constructor(content: Content, tap: Tap) {
    this.#content = content;
    this.#tap = tap;
  }

  /** The stream is made when it is asked for: a content that is read whole costs less without it. */
  get body(): ReadableStream<Uint8Array> | null {
    if (this.#body === undefined) {
      const { body } = this.#content;
      this.#body = body?.locked === false ? tapStream(body, this.#tap) : body;
    }
    return this.#body;
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const whole = await this.#content.arrayBuffer();
    if (whole.byteLength > 0) await this.#tap(new Uint8Array(whole));
    return whole;
  }
}
