import { ignoreError, own } from "../async/own.ts";
import { inTime, type SourceLimits } from "./source.ts";
import type { Chunk, SplitRule } from "./splitter.ts";
import type { Text } from "./text.ts";
import type { PresentInput } from "./text_input.ts";

/** Input that is yet to come. */
export class PromisedText implements Text {
  readonly #input: Promise<PresentInput>;
  readonly #limits: SourceLimits;
  readonly #open: (input: PresentInput) => Text;
  readonly #cancelled = Promise.withResolvers<never>();
  #text: Text | undefined;

  constructor(
    input: Promise<PresentInput>,
    limits: SourceLimits,
    open: (input: PresentInput) => Text,
  ) {
    this.#input = input;
    this.#limits = limits;
    this.#open = open;
    own(this.#cancelled.promise, ignoreError);
    own(input, ignoreError); // the reader of the chunks is told what goes wrong
  }

  get bytes(): number {
    return this.#text?.bytes ?? 0;
  }

  get bytesRead(): number {
    return this.#text?.bytesRead ?? this.bytes;
  }

  get isKeys(): boolean {
    return this.#text?.isKeys ?? false;
  }

  get rewinds(): boolean {
    return this.#text?.rewinds ?? false;
  }

  get charset(): string {
    return this.#text?.charset ?? "utf-8";
  }

  get bomSkipped(): boolean {
    return this.#text?.bomSkipped ?? false;
  }

  get skippedBytes(): number {
    return this.#text?.skippedBytes ?? 0;
  }

  get replacements(): number {
    return this.#text?.replacements ?? 0;
  }

  async *chunks(chunkBytes: number, rule: SplitRule): AsyncGenerator<Chunk, void, void> {
    const arrived = inTime(this.#input, undefined, this.#limits);
    const input = await Promise.race([arrived, this.#cancelled.promise]);
    this.#text = this.#open(input);
    yield* this.#text.chunks(chunkBytes, rule);
  }

  place(offset: number): Record<string, unknown> {
    return this.#text?.place?.(offset) ?? {};
  }

  cancel(reason: unknown): void {
    this.#cancelled.reject(reason);
    this.#text?.cancel(reason);
  }
}
