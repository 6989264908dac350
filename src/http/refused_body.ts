/** Long enough for a response to reach the client, and for the client to stop sending. */
export const HOLD_MS = 2000;

/** What is cheaper to take in than a new connection. */
const SMALL_BYTES = 64 * 1024;

/**
 * Stops an upload whose rest nobody will read, and says so in the response.
 *
 * Deno's server reads and drops the rest of a body that is cancelled or ignored, gigabytes of it.
 * A body that is locked and not read stalls after some 4 MB instead, by TCP's flow control, and
 * clients that wait see the response and hang up. Who does not is drained after `HOLD_MS`, since
 * a stalled connection would hold up a shutdown.
 */
export function refuseBody(request: Request, response: Response): Response {
  const body = request.body;
  const length = request.headers.get("content-length");
  if (body === null || (length !== null && Number(length) <= SMALL_BYTES)) return response;
  closeConnection(request, response);
  holdBody(body);
  return response;
}

/** Neither reads nor ends a body for a while; one that is locked is held by who has it. */
export function holdBody(body: ReadableStream<Uint8Array>): void {
  if (body.locked) return;
  const reader = body.getReader();
  // The timer also keeps the reader from being collected, which would end the hold.
  const timer = setTimeout(() => reader.cancel().catch(() => {}), HOLD_MS);
  Deno.unrefTimer(timer);
}

/**
 * Says that the connection ends with this response. HTTP/2 has no such header and breaks the
 * stream when it meets one; its requests carry no `Host`, and all those of HTTP/1.1 do.
 */
export function closeConnection(request: Request, response: Response): void {
  if (request.headers.has("host")) response.headers.set("connection", "close");
}
