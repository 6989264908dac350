import { openRest } from "../../input/source.ts";
import { linger } from "./linger.ts";

/** What is cheaper to take in than a new connection. */
const SMALL_BYTES = 64 * 1024;

/**
 * Stops an upload whose rest nobody will read, and says so in the response.
 *
 * Deno's server may drop the answer of a request whose body is cancelled while its client sends it,
 * and reads gigabytes of a body that is ignored. Clients that wait for 100 (Continue) are told it by
 * Deno (2.9) whatever becomes of the request, so that they send as well.
 */
export function refuseBody(request: Request, response: Response): Response {
  const { body } = request;
  const length = request.headers.get("content-length");
  if (body === null || (length !== null && Number(length) <= SMALL_BYTES)) return response;
  closeConnection(request, response);
  giveUpBody(request);
  return response;
}

/** Gives up a body that nobody has begun to read; one that is locked is given up by who has it. */
export function giveUpBody({ body, headers }: Request): void {
  if (body === null || body.locked) return;
  const length = headers.get("content-length");
  linger.take(openRest(body, length === null), length === null ? undefined : Number(length));
}

/**
 * Says that the connection ends with this response. HTTP/2 has no such header and breaks the
 * stream when it meets one; its requests carry no `Host`, and all those of HTTP/1.1 do.
 */
export function closeConnection(request: Request, response: Response): void {
  if (request.headers.has("host")) response.headers.set("connection", "close");
}
