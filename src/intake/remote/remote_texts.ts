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
import { nameOf } from "./url_errors.ts";
import { parseUrl, type Target } from "./exchange.ts";
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

/** What is open while texts are read one after the other. */
export interface Reading {
  cancelled: boolean;
  file?: RemoteFile;
}

/** The texts that one URL names. @throws {JobError} If it is none that may be read. */
export type Place = (url: string) => (reading: Reading) => AsyncIterable<TextPart>;

/** What URLs of other schemes than the web's name, by the scheme. */
export type Places = Readonly<Record<string, Place>>;

/**
 * The texts behind URLs, one after the other, as they stream in.
 *
 * @param places What URLs of other schemes name. @default {nothing: such URLs are refused}
 * @returns Reading them throws a JobError: `url_refused`, `url_failed`, `input_changed`,
 * `body_too_large`, `unsupported_media`, and as decodeContent and the places.
 * @throws {JobError} `url_refused` if one is no URL that may be read.
 */
export function openUrls(
  urls: readonly string[],
  options: RemoteOptions,
  terms: RemoteTerms,
  places: Places = {},
): Texts {
  if (urls.length > MOST_URLS) {
    const reason = `${urls.length} URLs exceed the limit of ${MOST_URLS}`;
    throw new JobError("url_refused", `Cannot read URLs: ${reason}`, {
      details: { limit: MOST_URLS },
    });
  }
  const web = webPlace(options, terms);
  const found = urls.map((url) => (places[schemeOf(url)] ?? web)(url));
  let reading: Reading | undefined;
  return {
    rewinds: true, // every reading asks anew
    remote: { urls, decompress: terms.decompress ?? "none" },
    texts: {
      [Symbol.asyncIterator]() {
        reading = { cancelled: false };
        return readTexts(found, reading);
      },
    },
    cancel() {
      if (reading === undefined) return;
      reading.cancelled = true;
      reading.file?.close();
    },
  };
}

/** The scheme of a URL with its colon, in small letters; empty where there is none. */
export function schemeOf(url: string): string {
  return /^[a-z][a-z0-9+.-]*:/i.exec(url)?.[0].toLowerCase() ?? "";
}

async function* readTexts(
  found: readonly ReturnType<Place>[],
  reading: Reading,
): AsyncGenerator<TextPart, void, void> {
  try {
    for (const texts of found) {
      for await (const part of texts(reading)) {
        if (reading.cancelled) return; // while it was opened
        yield part;
      }
    }
  } finally {
    reading.file?.close();
  }
}

function webPlace(options: RemoteOptions, terms: RemoteTerms): Place {
  return (text) => {
    const url = parseUrl(text);
    return async function* (reading) {
      yield await openTarget({ url }, reading, options, terms);
    };
  };
}

/** Opens a file on another server as a text. @throws {JobError} As RemoteFile, and as `openUrls`. */
export async function openTarget(
  target: Target,
  reading: Reading,
  options: RemoteOptions,
  terms: RemoteTerms,
): Promise<TextPart> {
  const file = reading.file = await RemoteFile.open(target, options);
  try {
    const { decompress = "none" } = terms;
    const { charset, codings } = describeText(target, file.headers, decompress);
    const mayBeChunked = namesChunks(file.headers.get("content-encoding"));
    const close = () => file.close();
    const blocks = bound(readPieces(file, options), file, terms);
    const sent = createStream(blocks, close);
    const decoding = { codings, decompress, mayBeChunked, expansion: new Expansion(terms) };
    const isCoded = codings.length > 0 || decompress === "auto" || mayBeChunked;
    const text = isCoded ? decodeContent(sent, decoding, {}) : sent;
    return { text, name: nameOf(target), ...(charset === undefined ? {} : { charset }) };
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
export function describeText(
  target: Target,
  headers: Headers,
  decompress: Decompress,
): { charset?: string; codings: readonly Coding[] } {
  const [type, parameters] = parseContentType(headers.get("content-type") ?? "");
  const encoding = headers.get("content-encoding");
  const name = decompress === "auto" ? target.url.pathname : "";
  const codings = atUrl(target, () => namedCodings({ encoding, type, name }, "auto"));
  const format = formatOfPart(type);
  if (format !== undefined && !codings.includes(format.coding!)) {
    throw refuseFormat({
      format,
      failure: `Cannot read '${nameOf(target)}'`,
      reason: `its media type is '${type}', ${format.about}`,
      details: { url: nameOf(target), header: "content-type", value: type },
    });
  }
  return { charset: parameters?.charset, codings };
}

function atUrl<T>(target: Target, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    const { code, message, details } = error;
    const shown = nameOf(target);
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
