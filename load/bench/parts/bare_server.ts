// The yardstick of small jobs: a Hono handler that reads the body, and says how long it was.
import { Hono } from "hono";

const app = new Hono();
app.post("/", async (c) => {
  const body = await c.req.arrayBuffer();
  return c.body(`${body.byteLength}\n`);
});
const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listens on http://127.0.0.1:${port}`),
}, app.fetch);
Deno.addSignalListener("SIGTERM", () => void server.shutdown().then(() => Deno.exit(0)));
