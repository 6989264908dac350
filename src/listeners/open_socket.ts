import { createProblemResponse } from "../http/answer/problem.ts";
import { serveBehindFront } from "../http/door/upgrade_front.ts";
import type { ServerOptions } from "../settings/server_options.ts";
import { StartError } from "../start_error.ts";
import type { Answer } from "./handed_requests.ts";
import type { Listeners } from "./listeners.ts";
import type { ListenerOptions } from "./messages.ts";

/** A server's socket, with all threads that listen. */
export interface Socket {
  /** Where it listens, such as `http://127.0.0.1:8000`. */
  readonly origin: string;
  /** Takes no more connections; resolves when every request has its answer. */
  shutdown(): Promise<void>;
}

/** The threads that listen beside the main thread. */
export interface SharedPort {
  listeners: Listeners;
  options: ListenerOptions;
}

type Place = Pick<ServerOptions, "host" | "port" | "stripUpgrade">;

/**
 * Listens on the main thread, and on the listener threads if there are some.
 *
 * @throws {StartError} If the port is in use, or cannot be shared.
 */
export async function openSocket(
  place: Place,
  answer: Answer,
  shared: SharedPort | undefined,
): Promise<Socket> {
  const { host: hostname } = place;
  if (shared) checkFree(place);
  const { socket, address } = listen(place, answer, shared !== undefined);
  const origin = formatOrigin(address);
  if (shared === undefined) return { origin, shutdown: () => socket.shutdown() };
  const { listeners, options } = shared;
  try {
    const { port } = address as Deno.NetAddr;
    checkShared(hostname, port);
    await listeners.start({ hostname, port, options, answer });
  } catch (cause) {
    await socket.shutdown();
    if (cause instanceof StartError) throw cause;
    throw new StartError(`Cannot start listener threads: ${(cause as Error).message}`, { cause });
  }
  const shutdown = async () => {
    await Promise.all([socket.shutdown(), listeners.shutdown()]);
  };
  return { origin, shutdown };
}

function listen(place: Place, answer: Answer, reusePort: boolean) {
  const { host: hostname, port, stripUpgrade } = place;
  let address!: Deno.Addr;
  const onListen = (listening: Deno.Addr) => void (address = listening);
  const options = { hostname, port, onListen, onError: createProblemResponse };
  try {
    const socket = stripUpgrade
      ? serveBehindFront(options, answer)
      : Deno.serve({ ...options, reusePort }, answer);
    return { socket, address };
  } catch (cause) {
    throw cannotListen(place, cause);
  }
}

/** A port that is shared would be shared with another server of this user as well. */
function checkFree(place: Place): void {
  try {
    Deno.listen({ hostname: place.host, port: place.port }).close();
  } catch (cause) {
    throw cannotListen(place, cause);
  }
}

/** A Deno that knows nothing of shared ports takes the option, and then the port for itself. */
function checkShared(hostname: string, port: number): void {
  try {
    Deno.listen({ hostname, port, reusePort: true }).close();
  } catch (cause) {
    throw new StartError("Cannot serve HTTP on several threads: the port cannot be shared", {
      cause,
    }, ["Start Deno with --unstable-net, or without --listeners (MILLRACE_LISTENERS)"]);
  }
}

function cannotListen({ host, port }: Place, cause: unknown): StartError {
  const reason = cause instanceof Deno.errors.AddrInUse
    ? "the port is in use; choose another with --port"
    : (cause as Error).message;
  return new StartError(`Cannot listen on ${host}:${port}: ${reason}`, { cause });
}

/** The platform may have put another kind of address in the place of host and port. */
function formatOrigin(address: Deno.Addr): string {
  if (!("hostname" in address)) return `http+${address.transport}://`;
  const { hostname, port } = address;
  return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}
