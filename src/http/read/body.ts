import { ignoreError, own } from "../../async/own.ts";
import type { JobInput } from "../../engine/job_contract.ts";
import { JobError } from "../../contract/problems.ts";
import { mayBeginChunk } from "../../input/aws_chunks.ts";
import { decodeContent, namesChunks } from "../../input/content_coding.ts";
import { Expansion, type ExpansionLimits } from "../../input/expansion.ts";
import { kindOfMedia, type MediaKind } from "../../input/media_kinds.ts";
import { readMultipart } from "../../input/multipart.ts";
import { inTime, type Rest, type SourceLimits } from "../../input/source.ts";
import type { Texts } from "../../input/text_series.ts";
import { type BodyOptions, COUNT_PARAMETERS } from "../../contract/options.ts";
import { canonicalCharset } from "../../contract/parameter_texts.ts";
import { describeAllowed } from "../../contract/parameters.ts";
import type { RemoteOptions } from "../../intake/remote/remote_file.ts";
import { openUrls, REMOTE_DEFAULTS } from "../../intake/remote/remote_texts.ts";
import { readForm, readFormStream } from "../../intake/form_input.ts";
import {
  type DocumentOptions,
  type JsonInput,
  type OpenUrls,
  readJson,
} from "../../intake/json_input.ts";
import type { HttpOptions } from "../http_options.ts";
import { linger } from "../door/linger.ts";
import { readNdjson } from "../../intake/ndjson_input.ts";
import { readCodings, refuseChunkHeaders, requireChunked } from "./message_coding.ts";
import type { CountQuery } from "./query.ts";

const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i;

/** The server options that bound what is taken in. */
export interface InputOptions extends Omit<HttpOptions, "metricsPublic" | "basePath"> {
  /** How URLs are read, where it is not as usual. */
  remote?: Partial<RemoteOptions>;
}

/** What a request has counted, and the bounds that are the engine's to keep. */
export interface RequestInput {
  input: JobInput;
  limits: SourceLimits;
  /** A short body, whole, where the input is one: who awaits it spares the engine to do so. */
  short?: Promise<Uint8Array | Texts>;
}

/** What is read under bounds of its own needs none of the engine's. */
const NO_LIMITS: SourceLimits = Object.freeze({});

/** Bodies up to this size are read at once: a stream costs more than it saves them. */
const WHOLE_BYTES = 64 * 1024;

/** What reading a body takes beside the body. */
interface Sources {
  expansion: ExpansionLimits;
  openUrls: OpenUrls;
}

/**
 * Gives the reader of request bodies: what documents of JSON say, the texts of a form, the text of
 * a compressed body, or the body itself, whole when it is small and as it streams in when not. A
 * text that needs no decoding is not wrapped, since that would halve the throughput.
 *
 * The reader throws a JobError: `empty_body`, `body_too_large`, `unsupported_media`,
 * `unknown_transfer_coding`, `unknown_charset`, `invalid_parameter` or `invalid_multipart`.
 */
export function createInputReader(
  options: InputOptions,
): (request: Request, query: CountQuery) => RequestInput {
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const limitsOf = createInputLimits(options);
  const expansion = { maxExpandedBytes, maxRatio };
  const sources = {
    none: { expansion, openUrls: createUrlOpener(options, "none") },
    auto: { expansion, openUrls: createUrlOpener(options, "auto") },
  };
  return (request, query) => {
    const { headers } = request;
    const body = openBody(request, maxBytes);
    const length = headers.get("content-length");
    if (length === null) requireChunked(headers);
    const limits = limitsOf(length);
    const type = headers.get("content-type");
    const kind = kindOf(type, query.body);
    const { decompress } = query.body;
    const encoding = headers.get("content-encoding");
    const isText = decompress === "none" && (kind === undefined || kind === "form");
    // A short text is looked at first, when it is read.
    if (encoding !== null || !isText || !isShort(Number(length))) refuseChunkHeaders(headers);
    const codings = readCodings(encoding, type, query.body);
    const mayBeChunked = namesChunks(encoding);
    const isPlain = codings.length === 0 && decompress === "none" && !mayBeChunked;
    if (isPlain && isText) {
      const form = kind === "form" ? query.body : undefined;
      return takeText(request, body, Number(length), limits, form);
    }
    if (isPlain) return unwrap(body, kind, type ?? "", query, limits, sources.none);
    const decoding = { codings, decompress, mayBeChunked, expansion: new Expansion(expansion) };
    const decoded = decodeContent(body, decoding, limits);
    return unwrap(decoded, kind, type ?? "", query, NO_LIMITS, sources[decompress]);
  };
}

/** @throws {JobError} `invalid_parameter` if the body cannot be what `form` says. */
function kindOf(type: string | null, { form }: BodyOptions): MediaKind | undefined {
  if (type === null) return form === "true" ? "form" : undefined;
  const kind = kindOfMedia(type);
  if (form === "auto") return kind;
  if (form === "true" && (kind === "form" || kind === "multipart")) return kind;
  if (form === "false" && kind !== "multipart") return kind === "form" ? undefined : kind;
  throw new JobError(
    "invalid_parameter",
    `Cannot use 'form': a body of type '${type}' is ${form === "true" ? "no form" : "a form"}`,
    { details: { parameter: "form", value: form, header: "content-type" } },
  );
}

/**
 * Gives the bounds of a body as it comes; they are made once, for requests are many.
 *
 * The bounds depend on the length that a request declares, or null.
 */
export function createInputLimits(
  { maxBodyBytes: maxBytes, readTimeoutMs, uploadTimeoutMs }: InputOptions,
): (length: string | null) => SourceLimits {
  const giveUp = (rest: Rest) => linger.take(rest);
  const sized = { maxBytes, readTimeoutMs, uploadTimeoutMs, giveUp };
  const framed = { ...sized, framed: true };
  return (length) => length === null ? framed : sized;
}

/** Takes the text out of what a media type says that it is in. */
function unwrap(
  body: ReadableStream<Uint8Array>,
  kind: MediaKind | undefined,
  type: string,
  query: CountQuery,
  limits: SourceLimits,
  { expansion, openUrls }: Sources,
): RequestInput {
  if (kind === undefined) return { input: body, limits };
  const document = () => describeDocument(type, query);
  switch (kind) {
    case "multipart": {
      const parts = {
        decompress: query.body.decompress,
        expansion: new Expansion(expansion),
      };
      return { input: readMultipart(body, type, limits, parts), limits: NO_LIMITS };
    }
    case "form":
      return awaited(readFormStream(body, limits, query.body));
    case "json":
      return awaited(readJson(body, limits, document(), openUrls));
    default:
      return awaited(readNdjson(body, limits, document(), kind === "json-seq"));
  }
}

function awaited(input: Promise<JsonInput>): RequestInput {
  own(input, ignoreError); // an engine that refuses the job never looks at its input
  return { input, limits: NO_LIMITS };
}

/** A document is read by its content type's charset, and what it names by the query's. */
function describeDocument(type: string, { count, namesCharset }: CountQuery): DocumentOptions {
  const label = charsetOf(type);
  const charset = label === undefined && namesCharset ? count.charset : label;
  return { charset, invalid: count.invalid };
}

/** Gives what opens the URLs in a document. It throws `url_refused`. */
function createUrlOpener(
  options: InputOptions,
  decompress: BodyOptions["decompress"],
): OpenUrls {
  const { allowUrls = false, allowPrivateUrls = false, readTimeoutMs } = options;
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const terms = { maxBytes, maxExpandedBytes, maxRatio, decompress };
  const remote = {
    ...REMOTE_DEFAULTS,
    ...(allowPrivateUrls ? { mayConnect: () => true } : {}),
    stallTimeoutMs: readTimeoutMs,
    ...options.remote,
  };
  return (urls) => {
    if (!allowUrls) throw new JobError("url_refused", "Cannot read URLs: this server reads none");
    return openUrls(urls, remote, terms);
  };
}

/**
 * The body of a request that counts.
 *
 * @param maxBytes Bound that a declared length may already break.
 */
function openBody({ headers, body }: Request, maxBytes?: number): ReadableStream<Uint8Array> {
  const length = headers.get("content-length");
  if (body === null || length === "0") {
    throw new JobError("empty_body", "Cannot count: the request has no body");
  }
  if (length !== null && maxBytes !== undefined && Number(length) > maxBytes) {
    throw new JobError(
      "body_too_large",
      `Cannot accept body: ${length} bytes exceed the limit of ${maxBytes}`,
      { details: { limit: maxBytes, bytes: Number(length) } },
    );
  }
  return body;
}

/** Whether a body is read whole. @param length What it declares; 0 for nothing. */
function isShort(length: number): boolean {
  return length > 0 && length <= WHOLE_BYTES;
}

/**
 * @param length What the request declares; 0 for nothing.
 * @param form How to tell whether the body is a form, if it may be one.
 */
function takeText(
  request: Request,
  body: ReadableStream<Uint8Array>,
  length: number,
  limits: SourceLimits,
  form?: BodyOptions,
): RequestInput {
  if (!isShort(length)) {
    const mayBeForm = form && (length === 0 || form.form === "true");
    return mayBeForm ? awaited(readFormStream(body, limits, form)) : { input: body, limits };
  }
  const whole = inTime(request.arrayBuffer(), undefined, limits);
  const short = whole.then((buffer) => {
    const bytes = new Uint8Array(buffer);
    // Few bodies begin so: looking there first spares the others the look-ups of headers.
    if (mayBeginChunk(bytes)) refuseChunkHeaders(request.headers);
    return form === undefined ? bytes : readForm(bytes, form);
  });
  own(short, ignoreError); // an engine that refuses the job never looks at its input
  return { input: short, limits, short };
}

/**
 * The query, with the charset that the content type names unless the query names one. That of a
 * document is its own, and says nothing of what stands behind its URLs.
 *
 * @throws {JobError} `unknown_charset`.
 */
export function applyContentType(request: Request, query: CountQuery): CountQuery {
  const type = request.headers.get("content-type");
  const charset = type === null || query.namesCharset ? undefined : charsetOf(type);
  if (charset === undefined || charset === query.count.charset) return query;
  const kind = kindOfMedia(type!);
  if (kind !== undefined && kind !== "form" && kind !== "multipart") return query;
  const count = { ...query.count, charset };
  return { ...query, count, echoes: {} };
}

/** The charset that a content type names. @throws {JobError} `unknown_charset`. */
function charsetOf(type: string): string | undefined {
  const match = CHARSET.exec(type);
  if (match === null) return undefined;
  const label = match[1] ?? match[2];
  const charset = canonicalCharset(label);
  if (charset !== undefined) return charset;
  const allowed = describeAllowed(COUNT_PARAMETERS.charset);
  throw new JobError("unknown_charset", `Cannot decode charset '${label}': it is not ${allowed}`, {
    details: { header: "content-type", value: label, allowed },
  });
}
