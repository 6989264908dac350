import { openRest } from "../../input/source.ts";
import { linger } from "./linger.ts";

/** Bodies up to this size are cheaper to read than a new connection is to open. */
const SMALL_BYTES = 64 * 1024;

/**
 * Stops an upload that was refused, and says in the response that the connection ends.
 *
 * Deno's server may drop the answer if the body is cancelled while the client sends it, and it
 * reads gigabytes of a body that is ignored. It sends 100 (Continue) to every client that waits for
 * it (2.9), so that these clients send their bodies as well.
 */
export function refuseBody(request: Request, response: Response): Response {
  const { body } = request;
  const length = request.headers.get("content-length");
  if (body === null || (length !== null && Number(length) <= SMALL_BYTES)) return response;
  closeConnection(request, response);
  giveUpBody(request);
  return response;
}

/** Gives up a body that no reader has locked; a reader gives up its own. */
function giveUpBody({ body, headers }: Request): void {
  if (body === null || body.locked) return;
  const length = headers.get("content-length");
  linger.take(openRest(body, length === null), length === null ? undefined : Number(length));
}

/**
 * Says that the connection ends with this response. HTTP/2 has no such header, and a stream breaks
 * when it meets one; requests of HTTP/2 carry no `Host`, and all requests of HTTP/1.1 do.
 */
export function closeConnection(request: Request, response: Response): void {
  if (request.headers.has("host")) response.headers.set("connection", "close");
}
