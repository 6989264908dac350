import { AUTO } from "../contract/parameter_texts.ts";
import { checkTexts, checkWords, refuseInput } from "./accepted.ts";
import { findMark } from "./byte_order_mark.ts";
import { encodingOf } from "./decoder.ts";
import { PromisedText } from "./promised_text.ts";
import { ReplayableText } from "./replayable_text.ts";
import type { FileInput, Files } from "./file_input.ts";
import { type FileOptions, FileText } from "./file_text.ts";
import type { SourceLimits } from "./source.ts";
import { StreamedText } from "./streamed_text.ts";
import type { Text } from "./text.ts";
import type { PresentInput, TextInput } from "./text_input.ts";
import { type TextPart, type Texts, TextSeries } from "./text_series.ts";
import { WholeText } from "./whole_text.ts";
import { WordList, type Words } from "./word_list.ts";

const encoder = new TextEncoder();

/** How an input is read. */
export interface TextOptions extends FileOptions {
  /** Tokens per key. @default {1} */
  n?: number;
  /** Whether keys of several tokens end at a line's end. @default {false} */
  lineBound?: boolean;
  /** Whether each of several texts has chunks of its own. @default {false} */
  apart?: boolean;
}

/**
 * Opens an input for reading.
 *
 * @throws {JobError} `unknown_charset`.
 * @throws {InputTypeError} If it is nothing that can be counted.
 */
export function openText(
  input: TextInput,
  options: TextOptions,
  limits: SourceLimits,
): Text {
  if (input instanceof Promise) {
    return new PromisedText(input, limits, (present) => openText(present, options, limits));
  }
  if (input instanceof ReadableStream) return new StreamedText(input, options, limits);
  if (input instanceof Uint8Array) return openBytes(input, options, limits);
  if (typeof input === "string") return openString(input, options, limits);
  if (Array.isArray(input)) return openWords({ words: input }, options);
  if (has(input, "words")) return openWords(input, options);
  if (has(input, "texts")) return openSeries(input, options, limits);
  if (has(input, "files")) return openSeries(textsOf(input), options, limits);
  if (has(input, "path")) return openFile(input, options, limits);
  if (has(input, "stream") && typeof input.stream === "function") {
    return new ReplayableText(() => new StreamedText(input.stream(), options, limits));
  }
  throw refuseInput(input);
}

/** A caller that checks no types may hand in anything. */
function has<K extends string>(
  input: PresentInput,
  name: K,
): input is Extract<PresentInput, Record<K, unknown>> {
  return typeof input === "object" && input !== null && name in input;
}

function openWords(input: Words, { invalid }: TextOptions): Text {
  const { words } = input;
  if (Array.isArray(words)) checkWords(words);
  else if (typeof words !== "object" || !(Symbol.asyncIterator in words)) throw refuseInput(input);
  return new WordList(input, invalid);
}

function openString(input: string, options: TextOptions, limits: SourceLimits): Text {
  const charset = "utf-8";
  if (!input.isWellFormed()) return openSeries({ texts: [input] }, { ...options, charset }, limits);
  return openBytes(encoder.encode(input), { ...options, charset }, limits);
}

function openBytes(input: Uint8Array, options: TextOptions, limits: SourceLimits): Text {
  if (options.part) return new WholeText(input, options.part.markBytes, undefined, limits);
  const mark = findMark(input);
  const charset = mark?.charset ?? encodingOf(options.charset);
  if (charset !== "utf-8" && charset !== AUTO) {
    const open = () => new Response(input.slice()).body!;
    return new ReplayableText(() => new StreamedText(open(), options, limits));
  }
  const skippedBytes = options.bom === "keep" ? 0 : mark?.bytes ?? 0;
  return new WholeText(input, skippedBytes, charset, limits);
}

function openSeries(input: Texts, options: TextOptions, limits: SourceLimits): Text {
  checkTexts(input.texts);
  const { n = 1, lineBound = false, apart = false, bom, invalid } = options;
  const crossesLines = apart || n > 1 && !lineBound;
  const series = { keepMark: bom === "keep", crossesLines, invalid };
  const spent = new WeakSet<FileInput>();
  const open = ({ text, charset }: TextPart) => {
    const own = charset === undefined ? options : { ...options, charset };
    return has(text, "path") ? new FileText(text, own, limits, spent) : openText(text, own, limits);
  };
  const openAll = () => new TextSeries(input, series, open);
  return rewinds(input) ? new ReplayableText(openAll) : openAll();
}

function openFile(input: FileInput, options: TextOptions, limits: SourceLimits): Text {
  const spent = new WeakSet<FileInput>();
  return new ReplayableText(() => new FileText(input, options, limits, spent));
}

/** Files as texts. */
function textsOf({ files, rewinds, cancel }: Files): Texts {
  checkTexts(files);
  if (Array.isArray(files)) return { texts: files.map((text: FileInput) => ({ text })), rewinds };
  return { texts: { [Symbol.asyncIterator]: () => eachAsText(files) }, rewinds, cancel };
}

async function* eachAsText(files: Files["files"]): AsyncGenerator<TextPart> {
  for await (const text of files) yield { text };
}

function rewinds({ texts, rewinds }: Texts): boolean {
  if (rewinds !== undefined) return rewinds;
  return Array.isArray(texts) &&
    texts.every((part) => typeof part === "string" || !(part?.text instanceof ReadableStream));
}
