// A server of files in memory, by ranges, in a process of its own: it costs as little as a server in
// JavaScript can. Its arguments are `--port PORT FILE…`; each file is at its name.
const [, port, ...paths] = Deno.args;
const files = new Map<string, Uint8Array<ArrayBuffer>>();
for (const path of paths) files.set(`/${path.split("/").at(-1)}`, await Deno.readFile(path));

const ETAG = '"1"';

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  onListen: (address) => console.log(`listens on http://127.0.0.1:${address.port}`),
}, ({ url, headers }) => {
  const file = files.get(new URL(url).pathname);
  if (file === undefined) return new Response(null, { status: 404 });
  const own = { "etag": ETAG, "accept-ranges": "bytes" };
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(headers.get("range") ?? "") ?? [];
  if (from === undefined) return new Response(file, { headers: own });
  const start = Number(from);
  const end = Math.min(to === "" ? Infinity : Number(to) + 1, file.length);
  const range = `bytes ${start}-${end - 1}/${file.length}`;
  return new Response(file.subarray(start, end), {
    status: 206,
    headers: { ...own, "content-range": range },
  });
});
