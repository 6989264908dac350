import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";

/**
 * The headers that tell browsers to trust an answer with little: those of Hono's middleware, read
 * once, since a chain of middleware on each request costs more than the headers do.
 *
 * `Strict-Transport-Security` is left to whoever ends TLS: here it would bind all subdomains of a
 * host that is not ours.
 */
export const SECURE_HEADERS: readonly (readonly [name: string, value: string])[] = await readAll();

async function readAll(): Promise<[string, string][]> {
  const app = new Hono();
  app.use(secureHeaders({ strictTransportSecurity: false }));
  app.get("/", () => new Response(null));
  return [...(await app.request("/")).headers];
}
