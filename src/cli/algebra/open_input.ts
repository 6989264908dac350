import type { ListFormat } from "../../algebra/list_rows.ts";
import { decodeContent } from "../../input/content_coding.ts";
import { Expansion } from "../../input/expansion.ts";
import { cannotRead } from "../count/list_files.ts";
import { CommandError, usageError } from "../terminal/explain.ts";
import { HEAD_BYTES, listFormOf } from "./list_form.ts";
import { documentRows, uniqRows } from "./list_rows.ts";
import type { InputForm, ListForm } from "./options.ts";

type Bytes = ReadableStream<Uint8Array>;

/** An input: a list in a form that servers know, or a text. */
export interface OpenInput {
  form: ListFormat | "text";
  stream: Bytes;
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
  const { head, stream } = await peek(decodeContent(openBytes(name), reading, {}));
  const form = from === "auto" ? formOf(name, head, mayBeText) : from;
  if (form === "uniq") return { form: "tsv", stream: ReadableStream.from(uniqRows(stream, name)) };
  if (form !== "json") return { form, stream };
  return { form: "ndjson", stream: ReadableStream.from(documentRows(stream, name)) };
}

function openBytes(name: string): Bytes {
  if (name !== "-") {
    try {
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

/** The beginning of a stream, and the stream with it. */
async function peek(stream: Bytes): Promise<{ head: string; stream: Bytes }> {
  const reader = stream.getReader();
  const blocks: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < HEAD_BYTES) {
    const { value } = await reader.read();
    if (value === undefined) break;
    blocks.push(value);
    bytes += value.length;
  }
  const head = await new Blob(blocks as Uint8Array<ArrayBuffer>[]).slice(0, HEAD_BYTES).text();
  reader.releaseLock();
  return { head, stream: ReadableStream.from(behind(blocks, stream)) };
}

async function* behind(blocks: readonly Uint8Array[], stream: Bytes): AsyncGenerator<Uint8Array> {
  yield* blocks;
  yield* stream;
}
