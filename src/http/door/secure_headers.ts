import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";

type HeaderList = readonly (readonly [name: string, value: string])[];

/**
 * Headers that restrict what browsers do with an answer. They come from Hono's middleware and are
 * read once: a chain of middleware on each request would cost more than the headers do.
 *
 * `Strict-Transport-Security` is the business of the proxy that ends TLS: the server does not know
 * whether all subdomains of its host speak TLS.
 */
const PAGE_HEADERS: HeaderList = await readAll();

/**
 * Headers of counts. Counts are never a page or a script, so this header is enough; each of the
 * others would cost half a microsecond of the fifty that a small text takes.
 */
const COUNT_HEADERS = PAGE_HEADERS.filter(([name]) => name === "x-content-type-options");

/** Sets the headers that a response needs. */
export function setSecureHeaders({ method }: Request, { status, headers }: Response): void {
  const isCount = status === 200 && (method === "POST" || method === "PUT");
  for (const [name, value] of isCount ? COUNT_HEADERS : PAGE_HEADERS) headers.set(name, value);
}

async function readAll(): Promise<HeaderList> {
  const app = new Hono();
  app.use(secureHeaders({ strictTransportSecurity: false }));
  app.get("/", () => new Response(null));
  return [...(await app.request("/")).headers];
}
