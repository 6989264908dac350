import { parseMediaType } from "@std/media-types";
import { Buffer } from "node:buffer";
import { JobError } from "../errors.ts";
import { BlockReader, createStream } from "./byte_stream.ts";
import { Scanner } from "./scanner.ts";
import type { SourceLimits } from "./source.ts";
import type { TextPart, Texts } from "./text_series.ts";

/** Most parts of a body. */
export const MOST_PARTS = 1000;
/** Most bytes of a part's headers. */
export const MOST_HEADER_BYTES = 16 * 1024;

/** Longest boundary (RFC 2046, section 5.1.1). */
const MOST_BOUNDARY_CHARS = 70;
/** Spaces that may follow a boundary. */
const MOST_PADDING_BYTES = 100;

/** The field whose value is a text; all others must be files. */
const TEXT_FIELD = "text";
/** Transfer encodings that leave the bytes as they are; RFC 7578, section 4.7, deprecates others. */
const PLAIN_TRANSFERS = ["7bit", "8bit", "binary"];
/** Media types that no text can be taken out of here. */
const WRAPPED_MEDIA = /^(multipart\/.*|application\/(gzip|zip|zstd))$/;

const CRLF = Buffer.from("\r\n");
const DASHES = Buffer.from("--");
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The texts of a `multipart/form-data` body (RFC 7578): its files, and its fields named `text`, one
 * after the other as they stream in. Whatever else is in it is an error, since to pass over it
 * would be to count wrong; that is why no package does this, which drop or hold parts.
 *
 * @param contentType With the boundary.
 * @returns Reading them throws `invalid_multipart`, `unsupported_media`, and what ByteSource throws.
 * @throws {JobError} `invalid_multipart` if there is no boundary, or none that is allowed.
 */
export function readMultipart(
  body: ReadableStream<Uint8Array>,
  contentType: string,
  limits: SourceLimits,
): Texts {
  const delimiter = Buffer.from(`\r\n--${readBoundary(contentType)}`);
  const reader = new BlockReader(body, limits);
  const cancel = (reason: unknown) => reader.cancel(reason);
  return { texts: readParts(reader, delimiter, cancel), cancel };
}

function readBoundary(contentType: string): string {
  const [, parameters] = parseHeader("content-type", contentType);
  const boundary = parameters?.boundary ?? "";
  if (boundary !== "" && boundary.length <= MOST_BOUNDARY_CHARS && /^[ -~]*[!-~]$/.test(boundary)) {
    return boundary;
  }
  throw invalid(`its boundary is not 1 to ${MOST_BOUNDARY_CHARS} characters of ASCII`, {
    header: "content-type",
    value: contentType,
  });
}

async function* readParts(
  reader: BlockReader,
  delimiter: Buffer,
  cancel: (reason: unknown) => void,
): AsyncGenerator<TextPart, void, void> {
  let part = -1; // the preamble
  const atEnd = () => invalid(`it ends early, after ${reader.bytes} bytes`, { part });
  const scanner = new Scanner(reader, "\r\n", atEnd);
  for await (const _ of scanner.until(delimiter)); // nothing of the preamble is text
  while (!await scanner.startsWith(DASHES)) {
    part++;
    if (part === MOST_PARTS) throw invalid(`it has more than ${MOST_PARTS} parts`, { limit: part });
    await endBoundary(scanner, part);
    const described = describePart(await readHeaders(scanner, part), part);
    yield { ...described, text: createStream(scanner.until(delimiter), cancel) };
  }
  await scanner.drain();
}

async function endBoundary(scanner: Scanner, part: number): Promise<void> {
  const padding = await scanner.take(CRLF, MOST_PADDING_BYTES);
  if (padding && /^[ \t]*$/.test(padding.toString("latin1"))) return;
  throw invalid(`a boundary before part ${part} does not end its line`, { part });
}

/** The headers of a part, names in lower case. */
async function readHeaders(scanner: Scanner, part: number): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  for (let bytes = 0;;) {
    const line = await scanner.take(CRLF, MOST_HEADER_BYTES - bytes);
    if (line === undefined) {
      const reason = `the headers of part ${part} exceed ${MOST_HEADER_BYTES} bytes`;
      throw invalid(reason, { part, limit: MOST_HEADER_BYTES });
    }
    if (line.length === 0) return headers;
    bytes += line.length + CRLF.length;
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/s.exec(decodeHeader(line, part));
    const name = match?.[1].toLowerCase();
    if (name === undefined || headers.has(name)) {
      const what = name === undefined ? "a malformed header" : `two headers '${name}'`;
      throw invalid(`part ${part} has ${what}`, { part });
    }
    headers.set(name, match![2]);
  }
}

function decodeHeader(line: Buffer, part: number): string {
  try {
    return utf8.decode(line);
  } catch (cause) {
    throw invalid(`the headers of part ${part} are not UTF-8`, { part }, cause);
  }
}

/** What a part is, if it is a text. */
function describePart(headers: Map<string, string>, part: number): Omit<TextPart, "text"> {
  const [kind, disposition] = parseHeader(
    "content-disposition",
    headers.get("content-disposition") ?? "",
    part,
  );
  const { name, filename } = disposition ?? {};
  if (kind !== "form-data" || name === undefined) {
    throw invalid(`part ${part} is no form-data with a name`, { part });
  }
  if (filename === undefined && name !== TEXT_FIELD) {
    const reason = `field '${name}' is neither a file nor named '${TEXT_FIELD}'`;
    throw invalid(reason, { part, name, allowed: ["files", TEXT_FIELD] });
  }
  const transfer = headers.get("content-transfer-encoding")?.trim().toLowerCase() ?? "binary";
  if (!PLAIN_TRANSFERS.includes(transfer)) {
    const reason = `part '${filename ?? name}' has transfer encoding '${transfer}'`;
    throw invalid(reason, { part, value: transfer, allowed: PLAIN_TRANSFERS });
  }
  const type = headers.get("content-type");
  const [media, parameters] = type === undefined ? [""] : parseHeader("content-type", type, part);
  if (WRAPPED_MEDIA.test(media)) {
    throw new JobError(
      "unsupported_media",
      `Cannot take the text out of part '${filename ?? name}': its media type is '${media}'`,
      { details: { part, header: "content-type", value: media } },
    );
  }
  const charset = parameters?.charset;
  return { name: filename ?? name, ...(charset === undefined ? {} : { charset }) };
}

function parseHeader(
  header: string,
  value: string,
  part?: number,
): [value: string, parameters?: Record<string, string>] {
  try {
    return parseMediaType(value);
  } catch (cause) {
    const where = part === undefined ? "its" : `in part ${part}, the`;
    throw invalid(`${where} ${header} cannot be read`, { header, value, part }, cause);
  }
}

function invalid(reason: string, details: Record<string, unknown>, cause?: unknown): JobError {
  return new JobError("invalid_multipart", `Cannot read the multipart body: ${reason}`, {
    cause,
    details,
  });
}
