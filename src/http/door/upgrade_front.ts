import { Buffer } from "node:buffer";
import { getLogger } from "@logtape/logtape";
import { own } from "../../async/own.ts";

const logger = getLogger(["millrace", "http"]);

/** What is read of a connection to find the end of its first head; Deno refuses longer ones. */
const MOST_HEAD_BYTES = 64 * 1024;
const COPY_BYTES = 64 * 1024;

/** How long to wait when the system has no connection to give, as without file descriptors. */
const RETRY_MS = 100;

const INNER_HOST = "127.0.0.1";

type ConnectionHandler = (
  request: Request,
  connection: Deno.ServeHandlerInfo,
) => Response | Promise<Response>;

/** What `Deno.serve` is told as well. */
export interface FrontOptions {
  hostname: string;
  port: number;
  onError: (error: unknown) => Response;
  onListen: (address: Deno.NetAddr) => void;
}

/**
 * Serves as `Deno.serve` does, also those who offer an upgrade in a request with a body: Java's
 * client offers h2c in every one, and Deno's server answers 400 before anybody sees it (2.9), where
 * an offer may be ignored (RFC 9110, 7.8).
 *
 * Connections are taken here, and handed on to Deno's server over loopback, byte for byte and no
 * faster than they are read. A first request that offers an upgrade is handed on without the offer,
 * as the last of its connection: so nothing has to be known of where a request ends. Each byte is
 * copied twice more: large uploads take a tenth longer, and of small requests a quarter fewer
 * leave in a second.
 */
export function serveBehindFront(
  { hostname, port, onError, onListen }: FrontOptions,
  handle: ConnectionHandler,
): Pick<Deno.HttpServer, "shutdown"> {
  const listener = Deno.listen({ hostname, port });
  /** Where clients are, by the port that their connection has on loopback. */
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
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** One connection, to its end. Never rejects. */
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
    // What ends or breaks on the server's side ends the connection; the client's end does not.
    const request = copy(client, server, stripUpgrade(head));
    const broken = request.then(() => new Promise<never>(() => {}));
    await Promise.race([copy(server, client), broken]);
  } catch {
    // whoever went away needs no answer
  } finally {
    clients.delete(ownPort);
    close(client);
    if (server) close(server);
  }
}

/** The beginning of a connection: its first head, and perhaps more; less where it ends before. */
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
 * @param bytes A head and what has come behind it.
 */
export function stripUpgrade(bytes: Uint8Array): Uint8Array {
  const end = endOfHead(bytes);
  const head = end < 0 ? "" : Buffer.from(bytes.subarray(0, end)).toString("latin1");
  if (!OFFER.test(head)) return bytes;
  const rest = head.slice(0, -2).replace(ABOUT_CONNECTION, "");
  const kept = Buffer.from(`${rest}connection: close\r\n\r\n`, "latin1");
  return new Uint8Array(Buffer.concat([kept, bytes.subarray(end)]));
}

/** Writes all that is read, and `first` before it; then says that no more will come. */
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
