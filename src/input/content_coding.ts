import { JobError } from "../errors.ts";
import { BlockReader, type Blocks, createStream } from "./byte_stream.ts";
import { type Coding, CODINGS, decompress, hasZstd } from "./decompressor.ts";
import type { SourceLimits } from "./source.ts";

/** Codings that may lie over one another. */
const MOST_CODINGS = 2;

/** Expansion is judged beyond so many bytes: the beginning of a text may well repeat itself. */
const JUDGED_BYTES = 16 * 1024 * 1024;

/** How much text may come out of a compressed body. */
export interface ExpansionLimits {
  /** Most bytes of text. */
  maxExpandedBytes?: number;
  /** Most bytes of text per byte of body, judged beyond 16 MiB of text. */
  maxRatio?: number;
}

/**
 * Reads a `Content-Encoding`.
 *
 * @returns The codings in the order in which they were applied; none for `identity`.
 * @throws {JobError} `unsupported_media` if one is unknown, or there are too many.
 */
export function parseContentCodings(header: string): Coding[] {
  const names = header.split(",").map((name) => name.trim().toLowerCase())
    .map((name) => name === "x-gzip" ? "gzip" : name)
    .filter((name) => name !== "" && name !== "identity");
  const allowed = CODINGS.filter((coding) => coding !== "zstd" || hasZstd);
  const unknown = names.find((name) => !allowed.includes(name as Coding));
  if (unknown === undefined && names.length <= MOST_CODINGS) return names as Coding[];
  const reason = unknown === undefined
    ? `it has more than ${MOST_CODINGS} codings`
    : `'${unknown}' is not among ${allowed.join(", ")}`;
  throw new JobError(
    "unsupported_media",
    `Cannot decode content encoding '${header}': ${reason}`,
    {
      details: {
        header: "content-encoding",
        value: header,
        allowed: [...allowed, "identity"],
        limit: MOST_CODINGS,
      },
    },
  );
}

/**
 * Undoes the codings of a body as it streams in.
 *
 * @param codings In the order in which they were applied, at least one.
 * @returns The text. Reading it throws a JobError: `expansion_limit` where a coding expands beyond
 * the limits, and as `decompress` and ByteSource.
 */
export function decodeContent(
  body: ReadableStream<Uint8Array>,
  codings: readonly Coding[],
  limits: SourceLimits & ExpansionLimits,
): ReadableStream<Uint8Array> {
  const reader = new BlockReader(body, limits);
  let blocks: Blocks = reader;
  for (const coding of codings.toReversed()) {
    // Each coding is judged: a middle one may expand to much that comes to nothing.
    blocks = judge(decompress(blocks, coding), reader, limits);
  }
  return createStream(blocks, (reason) => reader.cancel(reason));
}

async function* judge(
  blocks: Blocks,
  encoded: { readonly bytes: number },
  { maxExpandedBytes = Infinity, maxRatio = Infinity }: ExpansionLimits,
): AsyncGenerator<Uint8Array, void, void> {
  let bytes = 0;
  for await (const block of blocks) {
    bytes += block.length;
    if (bytes > maxExpandedBytes) {
      throw tooLarge(`it exceeds the limit of ${maxExpandedBytes} bytes`, {
        limit: maxExpandedBytes,
        unit: "bytes",
      });
    }
    if (bytes > JUDGED_BYTES && bytes > encoded.bytes * maxRatio) {
      const value = Math.floor(bytes / encoded.bytes);
      const reason = `it is ${value} times the body, the limit is ${maxRatio} times`;
      throw tooLarge(reason, { limit: maxRatio, value, unit: "ratio" });
    }
    yield block;
  }
}

function tooLarge(reason: string, details: Record<string, unknown>): JobError {
  return new JobError("expansion_limit", `Cannot accept the decoded body: ${reason}`, { details });
}
