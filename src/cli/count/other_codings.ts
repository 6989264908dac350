import { Readable } from "node:stream";
import unbzip2 from "unbzip2-stream";
import xz from "xz-decompress";
import { createPullStream } from "../../async/pull_stream.ts";
import { JobError } from "../../contract/problems.ts";
import { type BinaryFormat, formatNamed } from "../../input/binary_formats.ts";
import type { Meter } from "./other_formats.ts";

const BZIP2 = formatNamed("bzip2");

/** The text of a file in bzip2 or xz. @param meter Is told how much of the file was read. */
export function decodeFile(
  path: string,
  format: BinaryFormat,
  meter: Meter,
): { stream(): ReadableStream<Uint8Array> } {
  return {
    stream() {
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(bytes, controller) {
          meter.read += bytes.length;
          controller.enqueue(bytes);
        },
      });
      const file = Deno.openSync(path).readable;
      return decodeStream(path, file.pipeThrough(counted), format, meter);
    },
  };
}

/** The text of a stream in bzip2 or xz. Reading it throws a JobError: `invalid_encoding`. */
export function decodeStream(
  name: string,
  stream: ReadableStream<Uint8Array>,
  format: BinaryFormat,
  meter?: Meter,
): ReadableStream<Uint8Array> {
  const decoded = format === BZIP2 ? decodeBzip2(stream) : new xz.XzReadableStream(stream);
  const reader = decoded.getReader();
  const next = async () => {
    try {
      const { value } = await reader.read();
      if (meter) meter.decoded += value?.length ?? 0;
      return value;
    } catch (cause) {
      const message = `Cannot count '${name}': ${whyUndecoded(format, cause as Error)}`;
      throw new JobError("invalid_encoding", message, { cause, details: { path: name } });
    }
  };
  return createPullStream(next, (reason) => reader.cancel(reason));
}

/** The decoder of xz 0.2.3 tells by a number that it lacks filters and checks which a file may have. */
function whyUndecoded(format: BinaryFormat, { message }: Error): string {
  if (format !== BZIP2 && message.endsWith("error code 6")) {
    return "its xz has a filter or a check, such as SHA-256, that is not known here; decompress it first";
  }
  return `its ${format.about} is damaged, ends early, or goes on behind its end`;
}

function decodeBzip2(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const source = Readable.fromWeb(stream as never);
  const decoder = unbzip2();
  source.on("error", (error: Error) => decoder.emit("error", error));
  const decoded = new Readable().wrap(source.pipe(decoder));
  return Readable.toWeb(decoded) as unknown as ReadableStream<Uint8Array>;
}
