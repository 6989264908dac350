import { decodeContent } from "../../input/content_coding.ts";
import { Expansion } from "../../input/expansion.ts";
import { HEAD_BYTES } from "../../input/beginnings.ts";
import { codingOf, findFormat, SIGNATURE_BYTES } from "../../input/signatures.ts";
import type { TextPart } from "../../input/text_series.ts";
import { isOtherCoding } from "./other_formats.ts";
import type { CountSettings } from "./settings.ts";

/** The same file under a name that each thread can open. */
const STDIN_PATH = "/dev/stdin";

const NAME = "stdin";

/**
 * stdin as a text: a file, as `< FILE` gives it, is one like any other; what streams in is read as
 * it comes.
 */
export async function openStdin(
  decompress: CountSettings["decompress"],
): Promise<TextPart> {
  const offset = offsetOfFile();
  if (offset !== undefined) return { text: { path: STDIN_PATH, offset }, name: NAME };
  const head = await readHead();
  const stream = streamBehind(head);
  return { text: decompress === "none" ? stream : await decoded(stream, head), name: NAME };
}

/** The text of a stream, by its beginning; what is no text is the engine's to refuse. */
async function decoded(
  stream: ReadableStream<Uint8Array>,
  head: Uint8Array,
): Promise<ReadableStream<Uint8Array>> {
  if (codingOf(head.subarray(0, SIGNATURE_BYTES)) !== undefined) {
    const how = { codings: [], decompress: "auto", expansion: new Expansion({}) } as const;
    return decodeContent(stream, how, {});
  }
  const format = findFormat(head);
  if (format === undefined || !isOtherCoding(format)) return stream;
  const { decodeStream } = await import("./other_codings.ts");
  return decodeStream(NAME, stream, format);
}

/** Where a file that is stdin goes on; undefined where stdin is none, or the system does not tell. */
function offsetOfFile(): number | undefined {
  try {
    if (!Deno.statSync(STDIN_PATH).isFile) return undefined;
    const [, position] = /^pos:\s*(\d+)/m.exec(Deno.readTextFileSync("/proc/self/fdinfo/0")) ?? [];
    return position === undefined ? undefined : Number(position);
  } catch {
    return undefined;
  }
}

/** As much as tells what it is. */
async function readHead(): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  while (length < head.length) {
    const added = await Deno.stdin.read(head.subarray(length));
    if (added === null) break;
    length += added;
  }
  return head.subarray(0, length);
}

/** Bytes that were read, and then what stdin has, which is read into its reader's own buffers. */
function streamBehind(head: Uint8Array<ArrayBuffer>): ReadableStream<Uint8Array> {
  let rest = head;
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: CHUNK_BYTES,
    async pull(controller) {
      const request = controller.byobRequest!;
      const view = request.view! as Uint8Array<ArrayBuffer>;
      if (rest.length > 0) {
        const part = rest.subarray(0, view.byteLength);
        new Uint8Array(view.buffer, view.byteOffset, part.length).set(part);
        rest = rest.subarray(part.length);
        return request.respond(part.length);
      }
      const buffer = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
      const added = await Deno.stdin.read(buffer);
      if (added === null) controller.close();
      request.respond(added ?? 0);
    },
  });
}

const CHUNK_BYTES = 64 * 1024;
