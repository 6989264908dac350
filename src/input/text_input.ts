import type { ReplayableInput } from "./text.ts";
import type { FileInput, Files } from "./file_input.ts";
import type { Texts } from "./text_series.ts";
import type { Words } from "./word_list.ts";

/** Input that can be read at once. */
export type PresentInput =
  | string
  | ReadableStream<Uint8Array>
  | ReplayableInput
  | Uint8Array
  | readonly string[]
  | Words
  | Texts
  | Files
  | FileInput;

/**
 * Where text comes from: a string; bytes that are all here; a stream of bytes, or what opens one,
 * such as a `Blob`; an array of words, which are tokens as they are; several texts; or files. Each
 * may be yet to come. Strings have no charset, so that option is for bytes alone.
 */
export type TextInput = PresentInput | Promise<PresentInput>;

/** Whether an input is all here, so that nobody has to be waited for to read it. */
export function isPresent(input: unknown): boolean {
  return input instanceof Uint8Array || typeof input === "string" || Array.isArray(input);
}

/** Size of an input that is all here, about if it is a string; 0 for one that is yet to come. */
export function knownBytes(input: unknown): number {
  if (typeof input === "string") return input.length;
  return input instanceof Uint8Array ? input.byteLength : 0; // see splitBytes
}
