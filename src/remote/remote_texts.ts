import { JobError } from "../errors.ts";
import { createStream } from "../input/byte_stream.ts";
import {
  decodeContent,
  type ExpansionLimits,
  parseContentCodings,
} from "../input/content_coding.ts";
import type { Coding } from "../input/decompressor.ts";
import { checkBodyBytes } from "../input/source.ts";
import type { TextPart, Texts } from "../input/text_series.ts";
import { parseMediaType } from "@std/media-types";
import { isPublicAddress, resolveHost } from "./addresses.ts";
import { showUrl, urlFailed } from "./errors.ts";
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

/** Bounds on what comes from one URL. */
export interface RemoteLimits extends ExpansionLimits {
  /** Most bytes, as sent. */
  maxBytes?: number;
}

/** Files that are compressed as such, and not for their transfer. */
const COMPRESSED_MEDIA: Record<string, Coding> = {
  "application/gzip": "gzip",
  "application/x-gzip": "gzip",
  "application/zstd": "zstd",
};
/** Media types that no text can be taken out of here. */
const WRAPPED_MEDIA = /^(multipart\/.*|application\/zip)$/;

/**
 * The texts behind URLs, one after the other, as they stream in.
 *
 * @returns Reading them throws a JobError: `url_refused`, `url_failed`, `body_too_large`, and as
 * decodeContent.
 * @throws {JobError} `url_refused` if one is no URL that may be read.
 */
export function openUrls(
  urls: readonly string[],
  options: RemoteOptions,
  limits: RemoteLimits,
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
        return readTexts(parsed, reading, options, limits);
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
  limits: RemoteLimits,
): AsyncGenerator<TextPart, void, void> {
  try {
    for (const url of urls) {
      reading.file = await RemoteFile.open(url, options);
      if (reading.cancelled) return; // while it was opened
      yield openPart(url, reading.file, options, limits);
    }
  } finally {
    reading.file?.close();
  }
}

function openPart(
  url: URL,
  file: RemoteFile,
  options: RemoteOptions,
  limits: RemoteLimits,
): TextPart {
  try {
    const { charset, codings } = describeText(url, file.headers);
    const close = () => file.close();
    const blocks = bound(readPieces(file, options), file, limits);
    const encoded = createStream(blocks, close);
    const text = codings.length === 0 ? encoded : decodeContent(encoded, codings, limits);
    return { text, name: showUrl(url), ...(charset === undefined ? {} : { charset }) };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** What the response's headers say of the text. */
function describeText(url: URL, headers: Headers): { charset?: string; codings: Coding[] } {
  const encoding = headers.get("content-encoding");
  const [media, parameters] = parseContentType(headers.get("content-type") ?? "");
  if (WRAPPED_MEDIA.test(media)) throw urlFailed(url, `its media type is '${media}'`);
  try {
    const codings = parseContentCodings(encoding ?? COMPRESSED_MEDIA[media] ?? "");
    return { charset: parameters?.charset, codings };
  } catch (error) {
    throw urlFailed(url, (error as JobError).message, {}, error);
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
  limits: RemoteLimits,
): AsyncGenerator<Uint8Array, void, void> {
  if (file.bytes !== Infinity) checkBodyBytes(file.bytes, limits);
  let bytes = 0;
  for await (const block of blocks) {
    bytes += block.length;
    checkBodyBytes(bytes, limits);
    yield block;
  }
}
