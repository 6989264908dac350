import { JobError } from "../../contract/problems.ts";
import type { BinaryFormat } from "../../input/binary_formats.ts";
import { findMark } from "../../input/byte_order_mark.ts";
import { HEAD_BYTES } from "../../input/beginnings.ts";
import { findFormat } from "../../input/signatures.ts";
import type { TextPart } from "../../input/text_series.ts";
import { CommandError } from "../terminal/explain.ts";
import type { Source } from "./list_files.ts";
import { isOtherCoding, type Meter } from "./other_formats.ts";
import { readBeginning } from "./read_beginning.ts";
import { openStdin } from "./stdin.ts";
import type { CountSettings } from "./settings.ts";

/** What a file found below a folder is when nobody would count it. */
export const NO_TEXT = Symbol("no text");

/** How inputs are read. */
type Reading = Pick<CountSettings, "count" | "decompress">;

/**
 * Opens an input. Files are opened by the engine, whose threads read them: here their beginnings are
 * looked at, so that one that cannot be counted is known before the count depends on it.
 *
 * @returns NO_TEXT for a file that nobody has named, and that is no text.
 * @throws {CommandError} If it cannot be read, or is no text.
 */
export async function openPart(
  source: Source,
  reading: Reading,
  meter: Meter,
): Promise<TextPart | typeof NO_TEXT> {
  switch (source.kind) {
    case "stdin":
      return await openStdin(reading.decompress);
    case "url":
      return await openUrl(source.name, reading);
    case "file":
      return await openFile(source, reading, meter);
  }
}

async function openFile(
  { name: path, isFound }: Source & { kind: "file" },
  { count, decompress }: Reading,
  meter: Meter,
): Promise<TextPart | typeof NO_TEXT> {
  const read = readBeginning(path, isFound);
  const part = { text: { path }, name: path };
  if (read === undefined) return part; // a pipe or a device
  const head = read.bytes.subarray(0, HEAD_BYTES);
  const charset = findMark(head)?.charset ?? count.charset;
  const isBytes = charset !== "auto" && charset !== "utf-8"; // whose bytes may be anything
  const format = isBytes ? undefined : findFormat(head);
  if (format === undefined) {
    if (isFound && !isBytes && head.includes(0)) return NO_TEXT;
    const isNamed = decompress === "auto" && /\.br$/i.test(path);
    return read.isWhole && !isNamed ? { text: read.bytes.slice(), name: path } : part;
  }
  const { coding } = format;
  const isOther = isOtherCoding(format);
  const isDecoded = isOther || coding === "gzip" || coding === "zstd";
  if (!isDecoded && isFound) return NO_TEXT;
  if (!isDecoded || decompress === "none") throw noText(path, format);
  if (!isOther) return part;
  const { decodeFile } = await import("./other_codings.ts");
  return { text: decodeFile(path, format, meter), name: path };
}

/** How to get at the text in it. */
const REMEDIES: Readonly<Record<string, string>> = {
  "a ZIP archive": "unzip -p FILE | millrace -",
  "a tar archive": "tar -xOf FILE | millrace -",
  "a 7z archive": "7z x -so FILE | millrace -",
  "a RAR archive": "unrar p -inul FILE | millrace -",
  "LZ4": "lz4 -dc FILE | millrace -",
  "zlib": "pigz -dc FILE | millrace -",
};

function noText(path: string, { about, coding, remedy }: BinaryFormat): CommandError {
  const line = REMEDIES[about]?.replace("FILE", path.includes(" ") ? `'${path}'` : path);
  const isOff = coding === "gzip" || coding === "zstd";
  const advice = line ?? (isOff ? "leave out --decompress none" : remedy);
  return new CommandError(
    `Cannot count '${path}': it begins as ${about} does`,
    `${line === undefined ? "" : "Count what is in it: "}${advice}`,
  );
}

/** A server that sends nothing for so long has gone. */
export const STALL_MS = 60_000;

/** Reads a URL as a server does, but wherever it leads: it is the user's own. */
async function openUrl(url: string, { decompress }: Reading): Promise<TextPart> {
  const { openUrls, REMOTE_DEFAULTS } = await import("../../intake/remote/remote_texts.ts");
  const { s3Place } = await import("../../intake/remote/s3_place.ts");
  const options = { ...REMOTE_DEFAULTS, mayConnect: () => true, stallTimeoutMs: STALL_MS };
  const places = { "s3:": s3Place((name) => Deno.env.get(name), options, { decompress }) };
  try {
    const { texts } = openUrls([url], options, { decompress }, places);
    const { value } = await (texts as AsyncIterable<TextPart>)[Symbol.asyncIterator]().next();
    return value; // not by a loop, which would end the reading as it is left
  } catch (error) {
    throw error instanceof JobError ? new CommandError(error.message) : error;
  }
}
