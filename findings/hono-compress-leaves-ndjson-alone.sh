#!/usr/bin/env bash
# hono 4.13.19 (npm): the compress() middleware and types of JSON by lines.
# Guess: NDJSON is compressed like JSON, CSV and TSV: it is text, and ten times smaller for it.
# Seen: application/json, every +json type, text/csv, even tar and wasm are; application/x-ndjson, application/ndjson,
# application/jsonl and application/json-seq are sent plain. The list is one of exact names, and "json" in the middle
# of a name is not enough.
# Hurt: whoever streams results by lines: the largest answers of a service are those that go out uncompressed, and no log says so.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund hono@4.13.19

cat >run.mjs <<'E'
import { Hono } from "hono";
import { compress } from "hono/compress";
const app = new Hono();
app.use(compress());
app.get("/", (c) => c.body('{"key":"a","count":1}\n'.repeat(500), 200, { "content-type": c.req.query("type") }));
for (const type of ["application/json", "application/geo+json", "text/csv", "text/tab-separated-values", "text/x-anything",
  "application/x-tar", "application/x-ndjson", "application/ndjson", "application/jsonl", "application/json-seq"]) {
  const url = `/?type=${encodeURIComponent(type)}`;
  const answer = await app.request(url, { headers: { "accept-encoding": "gzip" } });
  console.log(type, answer.headers.get("content-encoding") ?? "plain", (await answer.arrayBuffer()).byteLength > 5000 ? "long" : "short");
}
E
node run.mjs | tee seen

cat >expected <<'E'
application/json gzip short
application/geo+json gzip short
text/csv gzip short
text/tab-separated-values gzip short
text/x-anything gzip short
application/x-tar gzip short
application/x-ndjson plain long
application/ndjson plain long
application/jsonl plain long
application/json-seq plain long
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
