// The yardstick of several listeners: two threads with a Hono handler each that reads the body, and
// says how long it was, on one port.
import { Hono } from "hono";

/** Name of the other thread. */
const SECOND = "second";

const app = new Hono();
app.post("/", async (c) => {
  const body = await c.req.arrayBuffer();
  return c.body(`${body.byteLength}\n`);
});

function listen(port: number, onListen: (address: Deno.NetAddr) => void): void {
  Deno.serve({ hostname: "127.0.0.1", port, reusePort: true, onListen }, app.fetch);
}

if (self.name !== SECOND) {
  listen(0, ({ port }) => {
    const second = new Worker(import.meta.url, { type: "module", name: SECOND });
    second.onmessage = () => console.log(`listens on http://127.0.0.1:${port}`);
    second.postMessage(port);
  });
  Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
} else {
  self.onmessage = ({ data: port }) => listen(port, () => self.postMessage("listens"));
}
