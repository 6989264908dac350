// The ceiling: reads a body as fast as Deno does, drops it, and says how long it was.
// To a browser it gives a page from which it can be sent a file.
const PAGE = "<!DOCTYPE html><input type=file>";

const server = Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listens on http://127.0.0.1:${port}`),
}, async (request) => {
  if (request.body === null) {
    return new Response(PAGE, { headers: { "content-type": "text/html" } });
  }
  const reader = request.body.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(1 << 20);
  let bytes = 0;
  while (true) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done) break;
    bytes += value.length;
    buffer = value.buffer;
  }
  return new Response(`${bytes}\n`);
});
Deno.addSignalListener("SIGTERM", () => void server.shutdown().then(() => Deno.exit(0)));
