import { parseMediaType } from "@std/media-types";
import { Buffer } from "node:buffer";
import { own } from "../async/own.ts";
import { isBodyList, type OptionLists } from "../contract/body_lists.ts";
import { JobError } from "../contract/problems.ts";
import { BlockReader, type Blocks, createStream } from "./byte_stream.ts";
import { namesChunks } from "./content_coding.ts";
import type { Coding } from "./decompressor.ts";
import { ALLOWED_FIELDS, MOST_VALUE_BYTES, roleOfField, saysNothing } from "./form_fields.ts";
import { ListFields } from "./list_fields.ts";
import { kindOfMedia } from "./media_kinds.ts";
import { decodePart, type PartDecoding, readPartCodings } from "./part_coding.ts";
import { Scanner } from "./scanner.ts";
import { HEAD_BYTES } from "./beginnings.ts";
import { requireText } from "./signatures.ts";
import type { SourceLimits } from "./source.ts";
import type { TextPart, Texts } from "./text_series.ts";
import { TRANSFER_ENCODINGS } from "./transfer_encoding.ts";

/** Most parts of a body. */
export const MOST_PARTS = 1000;
/** Most bytes of a part's headers. */
export const MOST_HEADER_BYTES = 16 * 1024;

/** Longest boundary (RFC 2046, section 5.1.1). */
const MOST_BOUNDARY_CHARS = 70;
/** Spaces that may follow a boundary. */
const MOST_PADDING_BYTES = 100;

const CRLF = Buffer.from("\r\n");
const DASHES = Buffer.from("--");
const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What a form says. */
export interface FormContent {
  texts: Texts;
  /** Options that it brings, known when the first of its texts begins. */
  lists: Promise<OptionLists>;
}

/**
 * The texts of a `multipart/form-data` body (RFC 7578): its files, and its fields named `text`, one
 * after the other as they stream in. Before them may stand lists of options, as fields or files of
 * their names. `_charset_` names the charset of the fields behind it, and buttons are passed over.
 * Anything else in it is an error, since passing over it would count wrong. No package is used here,
 * since packages drop parts or hold them in memory.
 *
 * Reading begins at once, and waits at the first text.
 *
 * @param contentType With the boundary.
 * @param decoding How compressed parts are read; what comes out of them is judged in sum.
 * @returns Reading it throws `invalid_multipart`, `unsupported_media`, for lists what ListFields
 * throws, and what ByteSource throws.
 * @throws {JobError} `invalid_multipart` if there is no boundary, or none that is allowed.
 */
export function readMultipart(
  body: ReadableStream<Uint8Array>,
  contentType: string,
  limits: SourceLimits,
  decoding: PartDecoding,
): FormContent {
  const delimiter = Buffer.from(`\r\n--${readBoundary(contentType)}`);
  const reader = new BlockReader(body, limits);
  const cancel = (reason: unknown) => reader.cancel(reason);
  const fields = new Fields();
  const parts = readParts(reader, delimiter, decoding, fields, cancel);
  const first = parts.next();
  const lists = first.then(() => fields.lists);
  own(lists, cancel); // nobody else may come to read the rest
  return { texts: { texts: resume(first, parts), cancel }, lists };
}

async function* resume(
  first: Promise<IteratorResult<TextPart, void>>,
  rest: AsyncGenerator<TextPart, void, void>,
): AsyncGenerator<TextPart, void, void> {
  const { value, done } = await first;
  if (done) return;
  yield value;
  yield* rest;
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
  decoding: PartDecoding,
  fields: Fields,
  cancel: (reason: unknown) => void,
): AsyncGenerator<TextPart, void, void> {
  let part = -1; // the preamble
  let head = Buffer.alloc(0);
  const atEnd = () => {
    if (part < 0) requireText(head.subarray(CRLF.length)); // no form, but what else?
    return invalid(`it ends early, after ${reader.bytes} bytes`, { part });
  };
  const scanner = new Scanner(reader, "\r\n", atEnd);
  for await (const piece of scanner.until(delimiter)) { // nothing of the preamble is text
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, piece]);
  }
  while (!await scanner.startsWith(DASHES)) {
    part++;
    if (part === MOST_PARTS) throw invalid(`it has more than ${MOST_PARTS} parts`, { limit: part });
    await endBoundary(scanner, part);
    const headers = await readHeaders(scanner, part);
    const described = describePart(headers, part, decoding.decompress);
    const content = described.decode(scanner.until(delimiter));
    if (described.isText) {
      const text = createStream(content, cancel);
      yield fields.take(described, decodePart(text, described, decoding));
    } else await fields.read(described, content);
  }
  await scanner.drain();
}

/** What the fields of a form say of one another. */
class Fields {
  /** What the form says of its fields; not of its files, which no browser encodes. */
  #charset: string | undefined;
  /** Whether a text was read, and whether one was whose charset no header names. */
  #hasTexts = false;
  #hasText = false;
  readonly #lists = new ListFields();

  get lists(): OptionLists {
    return this.#lists.lists;
  }

  take({ name, filename, charset }: Part, text: ReadableStream<Uint8Array>): TextPart {
    const isField = filename === undefined;
    this.#hasTexts = true;
    this.#hasText ||= isField && charset === undefined;
    const label = charset ?? (isField ? this.#charset : undefined);
    return { text, name: filename ?? name, ...(label === undefined ? {} : { charset: label }) };
  }

  /** @throws {JobError} `invalid_multipart` for a field that is no text and must not be lost. */
  async read(described: Part, content: Blocks): Promise<void> {
    const { name, index: part } = described;
    if (isBodyList(name)) {
      this.#requireList(described);
      return await this.#lists.read({ ...described, name }, content);
    }
    const value = await readValue(content, described);
    const role = roleOfField(name);
    if (role === "charset") {
      if (value === "") return; // nobody has filled it in
      if (this.#hasText && !/^utf-?8$/i.test(value)) {
        const reason = `field '${name}' is behind a text, and names another charset than UTF-8`;
        throw invalid(reason, { part, name, value });
      }
      this.#charset = value;
    } else if (role === "other" && !saysNothing(name, value)) {
      const reason = `field '${name}' is neither a file nor named 'text'`;
      throw invalid(reason, { part, name, allowed: ["files", ...ALLOWED_FIELDS] });
    }
  }

  /** Counting begins with the first text. */
  #requireList({ name, index: part, codings }: Part): void {
    const reason = this.#hasTexts
      ? `the list '${name}' is behind a text; lists come first`
      : codings.length > 0
      ? `the list '${name}' is compressed; only texts may be`
      : undefined;
    if (reason !== undefined) throw invalid(reason, { part, name });
  }
}

async function readValue(content: Blocks, { name, index: part }: Part): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content) {
    bytes += piece.length;
    if (bytes > MOST_VALUE_BYTES) {
      const reason = `field '${name}' is neither a file nor named 'text', and exceeds ` +
        `${MOST_VALUE_BYTES} bytes`;
      throw invalid(reason, { part, name, limit: MOST_VALUE_BYTES, allowed: ALLOWED_FIELDS });
    }
    pieces.push(Buffer.from(piece)); // a copy, since its buffer may be large
  }
  return Buffer.concat(pieces).toString().trim();
}

async function endBoundary(scanner: Scanner, part: number): Promise<void> {
  const padding = await scanner.take(CRLF, MOST_PADDING_BYTES);
  if (padding && /^[ \t]*$/.test(padding.toString("latin1"))) return;
  throw invalid(`a boundary before part ${part} does not end its line with CR and LF`, { part });
}

/** The headers of a part, names in lower case, each on one line. */
async function readHeaders(scanner: Scanner, part: number): Promise<Map<string, string>> {
  const headers = new Map<string, string>();
  let last: string | undefined;
  for (let bytes = 0;;) {
    const line = await scanner.take(CRLF, MOST_HEADER_BYTES - bytes);
    if (line === undefined) {
      const reason = `the headers of part ${part} exceed ${MOST_HEADER_BYTES} bytes`;
      throw invalid(reason, { part, limit: MOST_HEADER_BYTES });
    }
    if (line.length === 0) return headers;
    bytes += line.length + CRLF.length;
    const text = decodeHeader(line, part);
    const folded = /^[ \t]+(.*)$/s.exec(text)?.[1];
    if (folded !== undefined && last !== undefined) { // RFC 5322, section 2.2.3
      headers.set(last, `${headers.get(last)} ${folded}`);
      continue;
    }
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*)$/s.exec(text);
    const name = last = match?.[1].toLowerCase();
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

/** What the headers of a part say. */
interface Part {
  index: number;
  name: string;
  filename: string | undefined;
  isText: boolean;
  charset: string | undefined;
  /** Undoes its transfer encoding. */
  decode: (content: Blocks) => Blocks;
  /** Its content codings, in the order in which they were applied. */
  codings: readonly Coding[];
  /** Whether it may be in chunks of `aws-chunked`. */
  mayBeChunked: boolean;
}

function describePart(
  headers: Map<string, string>,
  index: number,
  decompress: PartDecoding["decompress"],
): Part {
  const [kind, disposition] = parseHeader(
    "content-disposition",
    headers.get("content-disposition") ?? "",
    index,
  );
  const { name, filename } = disposition ?? {};
  if (kind !== "form-data" || name === undefined) {
    throw invalid(`part ${index} is no form-data with a name`, { part: index });
  }
  const isFile = filename !== undefined && !isBodyList(name);
  const isText = isFile || roleOfField(name) === "text";
  const label = filename ?? name;
  const type = headers.get("content-type");
  const [media, parameters] = type === undefined ? [""] : parseHeader("content-type", type, index);
  const said = { encoding: headers.get("content-encoding"), type: media, name: filename };
  const codings = readPartCodings(said, index, label, decompress);
  const mayBeChunked = namesChunks(said.encoding);
  if (kindOfMedia(media) !== undefined) {
    const reason = `its media type '${media}' is read as a whole body alone; as text/plain it is ` +
      "counted as it stands";
    throw unsupported(index, label, "content-type", media, reason);
  }
  const decode = chooseDecoder(headers.get("content-transfer-encoding"), index, label);
  const charset = parameters?.charset;
  return { index, name, filename, isText, charset, decode, codings, mayBeChunked };
}

function chooseDecoder(
  header: string | undefined,
  part: number,
  label: string,
): (content: Blocks) => Blocks {
  const encoding = header?.trim().toLowerCase() ?? "binary";
  if (!Object.hasOwn(TRANSFER_ENCODINGS, encoding)) {
    const allowed = Object.keys(TRANSFER_ENCODINGS);
    const reason = `its transfer encoding '${encoding}' is not among ${allowed.join(", ")}`;
    throw unsupported(part, label, "content-transfer-encoding", encoding, reason, allowed);
  }
  return (content) =>
    TRANSFER_ENCODINGS[encoding](
      content,
      (reason) =>
        invalid(`part '${label}' is no ${encoding}: ${reason}`, { part, value: encoding }),
    );
}

function unsupported(
  part: number,
  label: string,
  header: string,
  value: string,
  reason: string,
  allowed?: readonly string[],
): JobError {
  return new JobError(
    "unsupported_media",
    `Cannot take the text out of part '${label}': ${reason}`,
    { details: { part, header, value, allowed } },
  );
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
