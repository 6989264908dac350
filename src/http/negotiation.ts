import { JobError } from "../errors.ts";
import type { Format } from "../options.ts";
import { EVENT_STREAM, MEDIA_TYPES } from "./formats.ts";
import { accepts } from "./std_http.ts";

const FORMATS = Object.keys(MEDIA_TYPES) as Format[];
const FORMAT_OF = new Map(FORMATS.map((format) => [MEDIA_TYPES[format], format]));

/** Clients repeat a few headers. */
const CACHE_ENTRIES = 64;
const CACHED_CHARS = 256;
const chosen = new Map<string, Format>();

/**
 * The format that Accept asks for (RFC 9110, 12.5.1).
 *
 * @param standard What a client gets that takes anything.
 * @throws {JobError} `not_acceptable`.
 */
export function negotiateFormat(request: Request, standard: Format): Format {
  const accept = request.headers.get("accept");
  if (accept === null || accept === "*/*") return standard;
  const known = chosen.get(standard + accept);
  if (known !== undefined) return known;
  const order = [standard, ...FORMATS.filter((format) => format !== standard)];
  const media = accepts(request, ...order.map((format) => MEDIA_TYPES[format]));
  const format = media === undefined ? undefined : FORMAT_OF.get(media);
  if (format === undefined) throw notAcceptable(accept, Object.values(MEDIA_TYPES));
  if (accept.length <= CACHED_CHARS) {
    if (chosen.size >= CACHE_ENTRIES) chosen.clear();
    chosen.set(standard + accept, format);
  }
  return format;
}

/** Whether Accept prefers a stream of events to every other answer. */
export function wantsEvents(request: Request): boolean {
  const accept = request.headers.get("accept");
  if (accept === null || !accept.includes(EVENT_STREAM)) return false;
  return accepts(request, ...Object.values(MEDIA_TYPES), EVENT_STREAM) === EVENT_STREAM;
}

/** @throws {JobError} `not_acceptable` if Accept rules out a stream of events. */
export function requireEvents(request: Request): void {
  if (accepts(request, EVENT_STREAM) !== undefined) return;
  throw notAcceptable(request.headers.get("accept")!, [EVENT_STREAM]);
}

function notAcceptable(accept: string, allowed: readonly string[]): JobError {
  const value = accept.slice(0, 200);
  return new JobError("not_acceptable", `Cannot answer with media type '${value}'`, {
    details: { header: "accept", value, allowed },
  });
}
