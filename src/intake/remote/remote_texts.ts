import { JobError } from "../../contract/problems.ts";
import { createStream } from "../../input/byte_stream.ts";
import { formatOfPart, refuseFormat } from "../../input/binary_formats.ts";
import {
  decodeContent,
  type Decompress,
  namedCodings,
  namesChunks,
} from "../../input/content_coding.ts";
import type { Coding } from "../../input/decompressor.ts";
import { Expansion, type ExpansionLimits } from "../../input/expansion.ts";
import { checkBodyBytes } from "../../input/source.ts";
import type { TextPart, Texts } from "../../input/text_series.ts";
import { parseMediaType } from "@std/media-types";
import { isPublicAddress, resolveHost } from "./addresses.ts";
import { showUrl } from "./url_errors.ts";
import { parseUrl } from "./exchange.ts";
import { readPieces } from "./pieces.ts";
import { RemoteFile, type RemoteOptions } from "./remote_file.ts";

/** Most URLs of one input. */
export const MOST_URLS = 1000;

/** How remote files are read, unless told otherwise: four pieces of 8 MiB at once. */
export const REMOTE_DEFAULTS: Omit<RemoteOptions, "stallTimeoutMs"> = {
  resolve: resolveHost,
  mayConnect: isPublicAddress,
  connectTimeoutMs: 10_000,
  pieceBytes: 8 * 1024 * 1024,
  parallel: 4,
  attempts: 5,
  backoffMs: 200,
};

/** How what comes from one URL is read, and bounds on it. */
export interface RemoteTerms extends ExpansionLimits {
  /** Most bytes, as sent. */
  maxBytes?: number;
  /** Whether what is compressed is decoded where no header says so. @default {"none"} */
  decompress?: Decompress;
}

/**
 * The texts behind URLs, one after the other, as they stream in.
 *
 * @returns Reading them throws a JobError: `url_refused`, `url_failed`, `body_too_large`,
 * `unsupported_media`, and as decodeContent.
 * @throws {JobError} `url_refused` if one is no URL that may be read.
 */
export function openUrls(
  urls: readonly string[],
  options: RemoteOptions,
  terms: RemoteTerms,
): Texts {
  if (urls.length > MOST_URLS) {
    const reason = `${urls.length} URLs exceed the limit of ${MOST_URLS}`;
    throw new JobError("url_refused", `Cannot read URLs: ${reason}`, {
      details: { limit: MOST_URLS },
    });
  }
  const parsed = urls.map(parseUrl);
  let reading: Reading | undefined;
  return {
    rewinds: true, // every reading asks anew
    texts: {
      [Symbol.asyncIterator]() {
        reading = { cancelled: false };
        return readTexts(parsed, reading, options, terms);
      },
    },
    cancel() {
      if (reading === undefined) return;
      reading.cancelled = true;
      reading.file?.close();
    },
  };
}

interface Reading {
  cancelled: boolean;
  /** The file that is open. */
  file?: RemoteFile;
}

async function* readTexts(
  urls: readonly URL[],
  reading: Reading,
  options: RemoteOptions,
  terms: RemoteTerms,
): AsyncGenerator<TextPart, void, void> {
  try {
    for (const url of urls) {
      reading.file = await RemoteFile.open(url, options);
      if (reading.cancelled) return; // while it was opened
      yield openPart(url, reading.file, options, terms);
    }
  } finally {
    reading.file?.close();
  }
}

function openPart(
  url: URL,
  file: RemoteFile,
  options: RemoteOptions,
  terms: RemoteTerms,
): TextPart {
  try {
    const { decompress = "none" } = terms;
    const { charset, codings } = describeText(url, file.headers, decompress);
    const mayBeChunked = namesChunks(file.headers.get("content-encoding"));
    const close = () => file.close();
    const blocks = bound(readPieces(file, options), file, terms);
    const sent = createStream(blocks, close);
    const decoding = { codings, decompress, mayBeChunked, expansion: new Expansion(terms) };
    const isCoded = codings.length > 0 || decompress === "auto" || mayBeChunked;
    const text = isCoded ? decodeContent(sent, decoding, {}) : sent;
    return { text, name: showUrl(url), ...(charset === undefined ? {} : { charset }) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/**
 * What the response's headers say of the text. A file whose media type is that of a compression is
 * decoded in any case: its server says what it is, and nobody else can.
 *
 * @throws {JobError} `unsupported_media`.
 */
function describeText(
  url: URL,
  headers: Headers,
  decompress: Decompress,
): { charset?: string; codings: readonly Coding[] } {
  const [type, parameters] = parseContentType(headers.get("content-type") ?? "");
  const encoding = headers.get("content-encoding");
  const name = decompress === "auto" ? url.pathname : "";
  const codings = atUrl(url, () => namedCodings({ encoding, type, name }, "auto"));
  const format = formatOfPart(type);
  if (format !== undefined && !codings.includes(format.coding!)) {
    throw refuseFormat({
      format,
      failure: `Cannot read '${showUrl(url)}'`,
      reason: `its media type is '${type}', ${format.about}`,
      details: { url: showUrl(url), header: "content-type", value: type },
    });
  }
  return { charset: parameters?.charset, codings };
}

function atUrl<T>(url: URL, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const { code, message, details } = error;
    const shown = showUrl(url);
    throw new JobError(code, `Cannot read '${shown}': ${message}`, {
      cause: error,
      details: { url: shown, ...details },
    });
  }
}

function parseContentType(value: string): [media: string, parameters?: Record<string, string>] {
  try {
    return parseMediaType(value);
  } catch {
    return [""]; // many servers send a wrong one
  }
}

async function* bound(
  blocks: AsyncIterable<Uint8Array>,
  file: RemoteFile,
  terms: RemoteTerms,
): AsyncGenerator<Uint8Array, void, void> {
  if (file.bytes !== Infinity) checkBodyBytes(file.bytes, terms);
  let bytes = 0;
  for await (const block of blocks) {
    bytes += block.length;
    checkBodyBytes(bytes, terms);
    yield block;
  }
}
