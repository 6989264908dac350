import { EVENT_STREAM } from "../../contract/media_types.ts";

// Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html). Not by
// Hono's helper, which runs a stream and a loop per listener: here one event is encoded once for
// all listeners of a job, and an idle listener costs a queue.

/** One event or a part of one, as it is sent. */
export type EventBytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();

/** The least time between two events for a listener. */
export const TICK_MS = 500;
/** After how many ticks the largest counts are told. */
export const TOP_TICKS = 2;
/** After how many silent ticks a comment is sent. */
export const HEARTBEAT_TICKS = 8;

/**
 * Keeps proxies from closing a silent connection, and Deno Deploy from ending an instance, which it
 * may after five seconds without a byte.
 */
export const HEARTBEAT = encoder.encode(": \n\n");
/**
 * How long a client waits before it comes back, in milliseconds: the first line of its first event,
 * since some clients (httpx-sse 0.4.3) make an event without data of a line that stands alone.
 */
const RETRY = encoder.encode("retry: 2000\n");
/** Id of the last event: a client that comes back with it has seen everything. */
export const LAST_ID = "end";

/** Proxies must neither keep nor collect events. */
export const EVENT_HEADERS: Record<string, string> = {
  "content-type": EVENT_STREAM,
  "cache-control": "no-store",
  "x-accel-buffering": "no",
};

/** An event that also says how long to wait before coming back. */
export function withRetry(event: Uint8Array): EventBytes {
  const bytes = new Uint8Array(RETRY.length + event.length);
  bytes.set(RETRY);
  bytes.set(event, RETRY.length);
  return bytes;
}

/** Begins an event. Its data, one line, follows, and then a blank line. */
export function beginEvent(event: string, id: string): EventBytes {
  return encoder.encode(`event: ${event}\nid: ${id}\ndata: `);
}

/** @param data A value, for its JSON has no line breaks. */
export function encodeEvent(event: string, id: string, data: unknown): EventBytes {
  return encoder.encode(`event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
}
