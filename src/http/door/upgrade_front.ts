import { Buffer } from "node:buffer";
import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";
import { sleep } from "../../async/sleep.ts";

const logger = getLogger(["millrace", "http"]);

/** The longest first head of a connection that is looked for; Deno refuses longer ones. */
const MOST_HEAD_BYTES = 64 * 1024;
const COPY_BYTES = 64 * 1024;

/** How long to wait when the system has no connection to give, as without file descriptors. */
const RETRY_MS = 100;

const INNER_HOST = "127.0.0.1";

type ConnectionHandler = (
  request: Request,
  connection: Deno.ServeHandlerInfo,
) => Response | Promise<Response>;

/** Options that `Deno.serve` takes as well. */
export interface FrontOptions {
  hostname: string;
  port: number;
  onError: (error: unknown) => Response;
  onListen: (address: Deno.NetAddr) => void;
}

/**
 * Serves as `Deno.serve` does, and also answers clients that offer an upgrade in a request with a
 * body. Java's client offers h2c in every request; Deno's server answers 400 before any handler
 * sees it (2.9), where a server may ignore the offer (RFC 9110, 7.8).
 *
 * The front accepts connections and carries each to Deno's server over loopback, byte for byte and
 * no faster than either side reads. It strips the offer from a first request, and makes that
 * request the last of its connection: so the front need not know where a request ends. Each byte is
 * copied twice more: large uploads take a tenth longer, and a quarter fewer small requests leave in
 * a second.
 */
export function serveBehindFront(
  { hostname, port, onError, onListen }: FrontOptions,
  handle: ConnectionHandler,
): Pick<Deno.HttpServer, "shutdown"> {
  const listener = Deno.listen({ hostname, port });
  /** Addresses of clients, by the port of their connection on loopback. */
  const clients = new Map<number, Deno.NetAddr>();
  const inner = Deno.serve(
    { hostname: INNER_HOST, port: 0, onError, onListen: () => onListen(listener.addr) },
    (request, { remoteAddr, completed }) => {
      const client = "port" in remoteAddr ? clients.get(remoteAddr.port) : undefined;
      return handle(request, { remoteAddr: client ?? remoteAddr, completed });
    },
  );
  const accepting = acceptAll(listener, inner.addr as Deno.NetAddr, clients);
  return {
    async shutdown() {
      listener.close();
      await accepting;
      await inner.shutdown();
    },
  };
}

/** Takes connections until the listener is closed. Never rejects. */
async function acceptAll(
  listener: Deno.TcpListener,
  inner: Deno.NetAddr,
  clients: Map<number, Deno.NetAddr>,
): Promise<void> {
  while (true) {
    try {
      const client = await listener.accept();
      own(
        carry(client, inner, clients),
        (error) => logger.error("Cannot carry a connection", { error }),
      );
    } catch (error) {
      if (error instanceof Deno.errors.BadResource || error instanceof Deno.errors.Interrupted) {
        return;
      }
      logger.warn("Cannot take a connection", { error });
      await sleep(RETRY_MS);
    }
  }
}

/** Carries one connection to its end. Never rejects. */
async function carry(
  client: Deno.TcpConn,
  { hostname, port }: Deno.NetAddr,
  clients: Map<number, Deno.NetAddr>,
): Promise<void> {
  let server: Deno.TcpConn | undefined;
  let ownPort = 0;
  try {
    client.setNoDelay();
    const head = await readHead(client);
    server = await Deno.connect({ hostname, port });
    server.setNoDelay();
    ownPort = server.localAddr.port;
    clients.set(ownPort, client.remoteAddr);
    // The connection ends when the server's side ends or breaks, not when the client's ends.
    const request = copy(client, server, stripUpgrade(head));
    const broken = request.then(() => new Promise<never>(() => {}));
    await Promise.race([copy(server, client), broken]);
  } catch {
    // the client or the server went away: there is no one to answer
  } finally {
    clients.delete(ownPort);
    close(client);
    if (server) close(server);
  }
}

/** Reads the first head of a connection, and perhaps more; less if the connection ends before. */
async function readHead(client: Deno.TcpConn): Promise<Uint8Array> {
  let head = new Uint8Array(4096);
  let filled = 0;
  while (true) {
    const read = await client.read(head.subarray(filled));
    const from = Math.max(0, filled - 3);
    filled += read ?? 0;
    const bytes = head.subarray(0, filled);
    const ended = read === null || filled >= MOST_HEAD_BYTES;
    if (ended || endOfHead(bytes, from) >= 0) return bytes;
    if (filled < head.length) continue;
    head = new Uint8Array(filled * 2);
    head.set(bytes);
  }
}

/** Where the blank line behind a head ends, or -1. */
function endOfHead(bytes: Uint8Array, from = 0): number {
  for (let at = bytes.indexOf(CR, from); at >= 0; at = bytes.indexOf(CR, at + 1)) {
    if (bytes[at + 1] === LF && bytes[at + 2] === CR && bytes[at + 3] === LF) return at + 4;
  }
  return -1;
}

const [CR, LF] = [0x0d, 0x0a];

const OFFER = /^upgrade:/im;
const ABOUT_CONNECTION =
  /^(?:upgrade|http2-settings|connection|proxy-connection|keep-alive):.*\r\n/gim;

/**
 * A request without its offer of an upgrade, if it makes one, and as the last of its connection.
 *
 * @param bytes A head, and bytes behind it.
 */
export function stripUpgrade(bytes: Uint8Array): Uint8Array {
  const end = endOfHead(bytes);
  const head = end < 0 ? "" : Buffer.from(bytes.subarray(0, end)).toString("latin1");
  if (!OFFER.test(head)) return bytes;
  const rest = head.slice(0, -2).replace(ABOUT_CONNECTION, "");
  const kept = Buffer.from(`${rest}connection: close\r\n\r\n`, "latin1");
  return new Uint8Array(Buffer.concat([kept, bytes.subarray(end)]));
}

/** Writes `first` and then all that it reads, and ends that side of the other connection. */
async function copy(from: Deno.TcpConn, to: Deno.TcpConn, first?: Uint8Array): Promise<void> {
  if (first) await writeAll(to, first);
  const buffer = new Uint8Array(COPY_BYTES);
  for (let read = await from.read(buffer); read !== null; read = await from.read(buffer)) {
    await writeAll(to, buffer.subarray(0, read));
  }
  await to.closeWrite();
}

async function writeAll(to: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch {
    // the other side was faster
  }
}
