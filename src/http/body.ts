import { JobError } from "../errors.ts";
import { canonicalCharset, describeAllowed } from "../parameters.ts";
import type { JobInput } from "../engine/types.ts";
import type { SourceLimits } from "../input/source.ts";
import { COUNT_PARAMETERS } from "../options.ts";
import type { AppContext } from "./context.ts";
import { readWords } from "./json_words.ts";
import type { CountQuery } from "./query.ts";
import { HOLD_MS } from "./refused_body.ts";

/** Media types whose bytes are a wrapping around the text: counting them would count the wrapping. */
const WRAPPED_MEDIA = /^\s*(multipart\/|application\/(gzip|zip|zstd)\s*(;|$))/i;
const JSON_MEDIA = /^\s*application\/json\s*(;|$)/i;
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;]*))/i;

/**
 * The body of a request that counts, as it streams in: not wrapped, since that would halve the
 * throughput, so its bounds are the engine's to keep.
 *
 * @param maxBytes Bound that a declared length may already break.
 * @throws {JobError} `empty_body`, `body_too_large` or `unsupported_media`.
 */
function openBody(request: Request, maxBytes?: number): ReadableStream<Uint8Array> {
  const { headers, body } = request;
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
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.trim().toLowerCase() !== "identity") {
    throw new JobError("unsupported_media", `Cannot decode content encoding '${encoding}'`, {
      details: { header: "content-encoding", value: encoding, allowed: ["identity"] },
    });
  }
  const type = headers.get("content-type");
  if (type !== null && WRAPPED_MEDIA.test(type)) {
    throw new JobError("unsupported_media", `Cannot take the text out of media type '${type}'`, {
      details: {
        header: "content-type",
        value: type,
        allowed: ["text/*", "application/octet-stream", "application/json"],
      },
    });
  }
  return body;
}

/** Bodies up to this size are read at once: a stream costs more than it saves them. */
const WHOLE_BYTES = 64 * 1024;

/**
 * The body of a request that counts: the words of a JSON array; else text, whole when it is small
 * and as it streams in when not.
 *
 * @throws {JobError} As openBody.
 */
export function takeBody(request: Request, limits: SourceLimits): JobInput {
  const body = openBody(request, limits.maxBytes);
  const isJson = JSON_MEDIA.test(request.headers.get("content-type") ?? "");
  const bytes = Number(request.headers.get("content-length") ?? Infinity);
  if (!isJson && bytes > WHOLE_BYTES) return body;
  const input = isJson
    ? readWords(body, limits)
    : request.arrayBuffer().then((buffer) => new Uint8Array(buffer));
  input.catch(() => {}); // an engine that refuses the job never looks at its input
  return input;
}

/** Gives the bounds of a request's body; they are made once, for requests are many. */
export function createInputLimits(options: AppContext["options"]): (r: Request) => SourceLimits {
  const { maxBodyBytes: maxBytes, readTimeoutMs, uploadTimeoutMs } = options;
  const sized = { maxBytes, readTimeoutMs, uploadTimeoutMs, holdMs: HOLD_MS };
  const framed = { ...sized, framed: true };
  return (request) => request.headers.has("content-length") ? sized : framed;
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
