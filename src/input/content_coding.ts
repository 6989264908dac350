import { JobError } from "../contract/problems.ts";
import { refuseChunks } from "./aws_chunks.ts";
import { formatOfMedia, isFound } from "./binary_formats.ts";
import { BlockReader, type Blocks, createStream } from "./byte_stream.ts";
import { type Coding, CODINGS, decompress, hasZstd } from "./decompressor.ts";
import type { Expansion } from "./expansion.ts";
import { PeekReader } from "./peek_reader.ts";
import { codingOf, SIGNATURE_BYTES } from "./signatures.ts";
import type { SourceLimits } from "./source.ts";

/** Codings that may lie over one another. */
const MOST_CODINGS = 2;

const AVAILABLE = CODINGS.filter((coding) => coding !== "zstd" || hasZstd);

/**
 * What stands in `Content-Encoding` and changes nothing. RFC 9110 knows `identity` for
 * `Accept-Encoding` alone; the others are what stores hand on as they were given it:
 *
 * - `aws-chunked` is how a client of S3 framed an upload; some stores keep the word and not the
 *   framing (see the S3 user guide on Signature Version 4, "aws-chunked").
 * - `amz-1.0` is sent by clients of AWS's JSON protocols, over plain JSON.
 * - `7bit`, `8bit` and `binary` are transfer encodings of mail (RFC 2045, section 6) that leave
 *   bytes as they are.
 * - `utf-8` and `utf8` are charsets, and the one that a text has anyway; another charset here
 *   would be a mistake that changes the text, and is refused.
 * - `none` and `null` are what programs write for nothing.
 */
const IDENTITIES = new Set([
  "identity",
  "aws-chunked",
  "amz-1.0",
  "7bit",
  "8bit",
  "binary",
  "utf-8",
  "utf8",
  "none",
  "null",
]);

/** Other names of the same coding: RFC 9110, section 8.4.1.3. */
const ALIASES = new Map([["x-gzip", "gzip"]]);

/**
 * Reads a `Content-Encoding`.
 *
 * @returns The codings in the order in which they were applied; none for `identity` and its like.
 * @throws {JobError} `unsupported_media` if one is unknown, or there are too many.
 */
export function parseContentCodings(header: string): Coding[] {
  if (header === "") return [];
  const names = header.split(",").map((name) => name.trim().toLowerCase())
    .map((name) => ALIASES.get(name) ?? name)
    .filter((name) => name !== "" && !IDENTITIES.has(name));
  const unknown = names.find((name) => !AVAILABLE.includes(name as Coding));
  if (unknown !== undefined) {
    throw unsupported(header, `'${unknown.slice(0, 200)}' is not among ${AVAILABLE.join(", ")}`);
  }
  if (names.length > MOST_CODINGS) throw tooMany(header);
  return names as Coding[];
}

function tooMany(header: string): JobError {
  return unsupported(header, `there are more than ${MOST_CODINGS} codings`);
}

function unsupported(header: string, reason: string): JobError {
  const value = header.slice(0, 200);
  return new JobError(
    "unsupported_media",
    `Cannot decode content encoding '${value}': ${reason}`,
    {
      details: {
        header: "content-encoding",
        value,
        allowed: [...AVAILABLE, "identity"],
        limit: MOST_CODINGS,
      },
    },
  );
}

/** Whether a `Content-Encoding` says that there are chunks, or were before a store took them out. */
export function namesChunks(header: string | null | undefined): boolean {
  return header ? /aws-chunked/i.test(header) : false;
}

/** What is said of a body, a part or a file; nothing where nothing is. */
export interface Said {
  /** Its `Content-Encoding`. */
  encoding?: string | null;
  /** Its `Content-Type`. */
  type?: string | null;
  /** Its name or path. */
  name?: string;
}

/**
 * The codings that are named: by `Content-Encoding`, and with `auto` by the media type or the name
 * as well. Names in gzip and Zstandard are not needed for that, as these are known by their bytes.
 *
 * @returns In the order in which they were applied.
 * @throws {JobError} As parseContentCodings.
 */
export function namedCodings(
  { encoding, type, name = "" }: Said,
  decompress: Decompress,
): readonly Coding[] {
  const codings = parseContentCodings(encoding ?? "");
  if (decompress === "none") return codings;
  const coding = type ? formatOfMedia(type)?.coding : undefined;
  const named = isFound(coding) ? coding : /\.br$/i.test(name) ? "br" : undefined;
  // Many servers name one compression twice: as the type and as the coding.
  if (named === undefined || codings.includes(named)) return codings;
  if (codings.length === MOST_CODINGS) throw tooMany(`${named}, ${encoding}`);
  return [named, ...codings];
}

/** Whether codings that no `Content-Encoding` names are undone too. */
export type Decompress = "none" | "auto";

/** How compressed bytes become text. */
export interface DecodeOptions {
  /** In the order in which they were applied. */
  codings: readonly Coding[];
  /** With `auto`, what then begins as gzip or Zstandard does is decoded as well. */
  decompress: Decompress;
  /** Whether the bytes may be in chunks of `aws-chunked`, which are refused. @default {false} */
  mayBeChunked?: boolean;
  /** Judges what comes out. */
  expansion: Expansion;
}

/**
 * Undoes the codings of a body as it streams in.
 *
 * @returns The text. Reading it throws a JobError: `expansion_limit` where a coding expands beyond
 * the limits, `unsupported_media` for chunks, and as `decompress` and ByteSource.
 */
export function decodeContent(
  body: ReadableStream<Uint8Array>,
  { codings, decompress: mode, mayBeChunked, expansion }: DecodeOptions,
  limits: SourceLimits,
): ReadableStream<Uint8Array> {
  const reader = new BlockReader(body, limits);
  expansion.begin(reader);
  const undo = (blocks: Blocks, coding: Coding, depth: number) =>
    expansion.judge(decompress(blocks, coding), depth);
  let blocks: Blocks = mayBeChunked ? refuseChunks(reader) : reader;
  codings.toReversed().forEach((coding, depth) => blocks = undo(blocks, coding, depth));
  if (mode === "auto") blocks = undoFound(blocks, codings.length, undo);
  return createStream(blocks, (reason) => reader.cancel(reason));
}

/** Undoes what the bytes themselves say, no deeper than a header might have said. */
async function* undoFound(
  blocks: Blocks,
  depth: number,
  undo: (blocks: Blocks, coding: Coding, depth: number) => Blocks,
): AsyncGenerator<Uint8Array, void, void> {
  const reader = new PeekReader(blocks);
  const coding = depth < MOST_CODINGS ? codingOf(await reader.peek(SIGNATURE_BYTES)) : undefined;
  if (coding === undefined) yield* reader;
  else yield* undoFound(undo(reader, coding, depth), depth + 1, undo);
}
