#!/usr/bin/env bash
# hono 4.13.19 (npm): accepts() where the client refuses the default type and takes any other: "text/csv;q=0, */*".
# Guess: a supported type that the client takes, here application/json; q=0 means "not acceptable" in RFC 9110. A
# wildcard such as "application/*" is understood, after all.
# Seen: the default, text/csv: the very type that the client has ruled out.
# Hurt: a client that cannot read the default and says so gets it all the same, with status 200.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund hono@4.13.19 negotiator@1.0.0

cat >run.mjs <<'E'
import { Hono } from "hono";
import { accepts } from "hono/accepts";
import Negotiator from "negotiator";
const supports = ["text/csv", "application/json"];
const app = new Hono();
app.get("/", (c) => c.text(accepts(c, { header: "Accept", supports, default: "text/csv" })));
for (const accept of ["application/*", "application/*;q=0.5, text/csv;q=0", "text/csv;q=0, */*", "text/*;q=0, */*;q=0.5"]) {
  const answer = await app.request("/", { headers: { accept } });
  const other = new Negotiator({ headers: { accept } }).mediaType(supports);
  console.log(accept, "-> hono", await answer.text(), "| negotiator", other);
}
E
node run.mjs | tee seen

cat >expected <<'E'
application/* -> hono application/json | negotiator application/json
application/*;q=0.5, text/csv;q=0 -> hono application/json | negotiator application/json
text/csv;q=0, */* -> hono text/csv | negotiator application/json
text/*;q=0, */*;q=0.5 -> hono text/csv | negotiator application/json
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
