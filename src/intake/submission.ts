import type { OptionLists } from "../contract/body_lists.ts";
import type { KernelChoice } from "../contract/kernel_manifest.ts";
import type { BodyOptions, CountOptions, OutputOptions } from "../contract/options.ts";

/**
 * Bytes that are read once: as a stream, or whole, which costs less where they are few. A
 * `Response` is such a content, so `new Response(bytes)` makes one of any bytes.
 */
export interface Content {
  /** Null where there is no content at all. */
  readonly body: ReadableStream<Uint8Array> | null;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** How a content becomes text, as plain data that a store can keep. */
export interface SubmissionTerms {
  body: BodyOptions;
  /** Media type with its parameters, as its sender wrote it. Without one the content is text. */
  mediaType?: string;
  /** Content codings in the order in which they were applied, as `Content-Encoding` lists them. */
  codings?: string;
}

/**
 * What was handed in to be counted, by a request, by a record of the store or by a program.
 */
export interface Submission extends SubmissionTerms {
  /** The counting options, with the charset that the media type names; see applyMediaCharset. */
  count: CountOptions;
  output: OutputOptions;
  /** The kernel that makes the keys. @default {the built-in one} */
  kernel?: KernelChoice;
  content: Content;
  /** Bytes of the content, where its sender has declared them. */
  length?: number;
  /**
   * The counting options with the lists that the content brings.
   *
   * @throws {JobError} If they cannot be used. @default {the content brings what is in `count`}
   */
  complete?(lists: OptionLists): CountOptions;
  /**
   * Throws if the content has a framing that only words beside it tell of. It is called before the
   * content is read; for a short text, only where the text begins as such a framing does.
   */
  refuseFraming?(): void;
}
