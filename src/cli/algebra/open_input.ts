import type { ListFormat } from "../../algebra/list_rows.ts";
import { BlockReader, type Blocks, createStream } from "../../input/byte_stream.ts";
import { decodeContent } from "../../input/content_coding.ts";
import { Expansion } from "../../input/expansion.ts";
import { PeekReader } from "../../input/peek_reader.ts";
import { cannotRead } from "../count/list_files.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import { HEAD_BYTES, listFormOf } from "./list_form.ts";
import { documentRows, uniqRows } from "./list_rows.ts";
import type { InputForm, ListForm } from "./options.ts";

/** An input: a list in a form that servers know, or a text. */
export interface OpenInput {
  form: ListFormat | "text";
  stream: ReadableStream<Uint8Array>;
}

/**
 * Opens a file, or stdin as `-`; what is gzip or Zstandard is decompressed.
 *
 * @param mayBeText Whether what is no list is a text; else it is refused.
 * @throws {CommandError} If it cannot be read, or nobody can tell what it is.
 */
export async function openInput(
  name: string,
  from: InputForm,
  mayBeText: boolean,
): Promise<OpenInput> {
  const reading = { codings: [], decompress: "auto", expansion: new Expansion({}) } as const;
  const source = new BlockReader(decodeContent(openBytes(name), reading, {}), {});
  const blocks = new PeekReader(source);
  const head = new TextDecoder().decode((await blocks.peek(HEAD_BYTES)).subarray(0, HEAD_BYTES));
  const form = from === "auto" ? formOf(name, head, mayBeText) : from;
  const streamOf = (rows: Blocks) => createStream(rows, (reason) => source.cancel(reason));
  if (form === "json") return { form: "ndjson", stream: streamOf(documentRows(blocks, name)) };
  const stream = streamOf(blocks);
  if (form === "uniq") return { form: "tsv", stream: streamOf(uniqRows(stream, name)) };
  return { form, stream };
}

function openBytes(name: string): ReadableStream<Uint8Array> {
  if (name !== "-") {
    try {
      if (Deno.statSync(name).isDirectory) throw new Deno.errors.IsADirectory("it is a folder");
      return Deno.openSync(name).readable;
    } catch (error) {
      throw cannotRead(name, error as Error);
    }
  }
  if (!Deno.stdin.isTerminal()) return Deno.stdin.readable;
  throw usageError("Cannot read stdin: it is a terminal", "Name a file");
}

function formOf(name: string, head: string, mayBeText: boolean): ListForm | "text" {
  const form = listFormOf(name, head);
  if (form !== undefined) return form;
  if (mayBeText || head === "") return mayBeText ? "text" : "tsv";
  throw new CommandError(
    `Cannot tell how '${name}' is written: it begins as no list of keys and counts does`,
    "Say what it is, with --from; a text is counted by: millrace FILE",
  );
}
