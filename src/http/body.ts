import { ignoreError, own } from "../async/own.ts";
import type { JobInput } from "../engine/types.ts";
import { JobError } from "../errors.ts";
import {
  decodeContent,
  type ExpansionLimits,
  parseContentCodings,
} from "../input/content_coding.ts";
import { readMultipart } from "../input/multipart.ts";
import { inTime, type SourceLimits } from "../input/source.ts";
import { COUNT_PARAMETERS } from "../options.ts";
import { canonicalCharset, describeAllowed } from "../parameters.ts";
import type { RemoteOptions } from "../remote/remote_file.ts";
import { openUrls, REMOTE_DEFAULTS } from "../remote/remote_texts.ts";
import type { ServerOptions } from "../server_options.ts";
import { type OpenUrls, readJson } from "./json_input.ts";
import type { CountQuery } from "./query.ts";
import { HOLD_MS } from "./refused_body.ts";

/** Media types whose bytes are a wrapping around the text: counting them would count the wrapping. */
const WRAPPED_MEDIA =
  /^\s*(multipart\/(?!form-data\s*(;|$))|application\/(gzip|zip|zstd)\s*(;|$))/i;
const MULTIPART_MEDIA = /^\s*multipart\/form-data\s*(;|$)/i;
const JSON_MEDIA = /^\s*application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i;

/** The server options that bound what is taken in. */
export type InputOptions =
  & Pick<ServerOptions, "maxBodyBytes" | "maxExpandedBytes" | "maxRatio">
  & Pick<ServerOptions, "readTimeoutMs" | "uploadTimeoutMs">
  & Partial<Pick<ServerOptions, "allowUrls" | "allowPrivateUrls">>
  & {
    /** How URLs are read, where it is not as usual. */
    remote?: Partial<RemoteOptions>;
  };

/** What a request has counted, and the bounds that are the engine's to keep. */
export interface RequestInput {
  input: JobInput;
  limits: SourceLimits;
  /** A short text, whole, where the input is one: who awaits it spares the engine to do so. */
  short?: Promise<Uint8Array>;
}

/** What is read under bounds of its own needs none of the engine's. */
const NO_LIMITS: SourceLimits = Object.freeze({});

/** Bodies up to this size are read at once: a stream costs more than it saves them. */
const WHOLE_BYTES = 64 * 1024;

/**
 * Gives the reader of request bodies: what a JSON document says, the texts of a form, the text of
 * a compressed body, or the body itself, whole when it is small and as it streams in when not. A
 * text that needs no decoding is not wrapped, since that would halve the throughput.
 *
 * The reader throws a JobError: `empty_body`, `body_too_large`, `unsupported_media` or
 * `invalid_multipart`.
 */
export function createInputReader(
  options: InputOptions,
): (request: Request) => RequestInput {
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const limitsOf = createInputLimits(options);
  const expansion = { maxExpandedBytes, maxRatio };
  const openUrls = createUrlOpener(options);
  return (request) => {
    const { headers } = request;
    const body = openBody(request, maxBytes);
    const length = headers.get("content-length");
    const limits = limitsOf(length);
    const encoding = headers.get("content-encoding");
    const type = headers.get("content-type");
    const isFramed = type !== null && (JSON_MEDIA.test(type) || MULTIPART_MEDIA.test(type));
    if (encoding === null && !isFramed) return takeText(request, body, Number(length), limits);
    return unwrap(body, type ?? "", encoding ?? "", limits, expansion, openUrls);
  };
}

/**
 * Gives the bounds of a body as it comes; they are made once, for requests are many.
 *
 * The bounds depend on the length that a request declares, or null.
 */
export function createInputLimits(
  { maxBodyBytes: maxBytes, readTimeoutMs, uploadTimeoutMs }: InputOptions,
): (length: string | null) => SourceLimits {
  const sized = { maxBytes, readTimeoutMs, uploadTimeoutMs, holdMs: HOLD_MS };
  const framed = { ...sized, framed: true };
  return (length) => length === null ? framed : sized;
}

/** Takes the text out of codings and media types. */
function unwrap(
  body: ReadableStream<Uint8Array>,
  type: string,
  encoding: string,
  limits: SourceLimits,
  expansion: ExpansionLimits,
  openUrls: OpenUrls,
): RequestInput {
  const codings = parseContentCodings(encoding);
  if (codings.length > 0) {
    body = decodeContent(body, codings, { ...limits, ...expansion });
    limits = NO_LIMITS;
  }
  if (MULTIPART_MEDIA.test(type)) {
    return { input: readMultipart(body, type, limits), limits: NO_LIMITS };
  }
  if (!JSON_MEDIA.test(type)) return { input: body, limits };
  const input = readJson(body, limits, openUrls);
  own(input, ignoreError); // an engine that refuses the job never looks at its input
  return { input, limits: NO_LIMITS };
}

/** Gives what opens the URLs in a document. It throws `url_refused`. */
function createUrlOpener(options: InputOptions): OpenUrls {
  const { allowUrls = false, allowPrivateUrls = false, readTimeoutMs } = options;
  const { maxBodyBytes: maxBytes, maxExpandedBytes, maxRatio } = options;
  const limits = { maxBytes, maxExpandedBytes, maxRatio };
  const remote = {
    ...REMOTE_DEFAULTS,
    ...(allowPrivateUrls ? { mayConnect: () => true } : {}),
    stallTimeoutMs: readTimeoutMs,
    ...options.remote,
  };
  return (urls) => {
    if (!allowUrls) throw new JobError("url_refused", "Cannot read URLs: this server reads none");
    return openUrls(urls, remote, limits);
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
  const type = headers.get("content-type");
  if (type !== null && WRAPPED_MEDIA.test(type)) {
    throw new JobError("unsupported_media", `Cannot take the text out of media type '${type}'`, {
      details: {
        header: "content-type",
        value: type,
        allowed: ["text/*", "application/octet-stream", "application/json", "multipart/form-data"],
      },
    });
  }
  return body;
}

/** @param length What the request declares; 0 for nothing. */
function takeText(
  request: Request,
  body: ReadableStream<Uint8Array>,
  length: number,
  limits: SourceLimits,
): RequestInput {
  if (length === 0 || length > WHOLE_BYTES) return { input: body, limits };
  const short = inTime(request.arrayBuffer(), 0, limits).then((buffer) => new Uint8Array(buffer));
  own(short, ignoreError); // an engine that refuses the job never looks at its input
  return { input: short, limits, short };
}

/**
 * The query, with the charset that the content type names unless the query names one.
 *
 * @throws {JobError} `unknown_charset`.
 */
export function applyContentType(request: Request, query: CountQuery): CountQuery {
  if (query.namesCharset) return query;
  const type = request.headers.get("content-type");
  const match = type === null ? null : CHARSET.exec(type);
  if (match === null) return query;
  const label = match[1] ?? match[2];
  const charset = canonicalCharset(label);
  if (charset === undefined) {
    const allowed = describeAllowed(COUNT_PARAMETERS.charset);
    throw new JobError(
      "unknown_charset",
      `Cannot decode charset '${label}': it is not ${allowed}`,
      {
        details: { header: "content-type", value: label, allowed },
      },
    );
  }
  if (charset === query.count.charset) return query;
  const count = { ...query.count, charset };
  return { ...query, count, echo: JSON.stringify(count) };
}
