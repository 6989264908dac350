#!/usr/bin/env bash
# Deno 2.9.6: deno pack, of a package whose imports name versions exactly.
# Guess: the dependencies of package.json are those of deno.json: "3.1.1" stays "3.1.1", as "^1.1.0" and "~4.2.0" stay.
# Seen: an exact version gets a caret, "^3.1.1", while ranges stay as they are. So no package can be packed whose users get
# just the versions that it was tested with.
# Hurt: whoever pins versions: a new minor release of a dependency reaches every later install, though deno.json and the
# lock file rule it out.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir tool packed
(cd tool && echo '{"private":true}' >package.json && npm install --silent --no-audit --no-fund deno@2.9.6)
deno() { "$dir/tool/node_modules/.bin/deno" "$@"; }

cat >packed/deno.json <<'E'
{
  "name": "@example/counter",
  "version": "1.0.0",
  "license": "MIT",
  "exports": "./mod.ts",
  "imports": {
    "exact": "npm:eventsource-parser@3.1.1",
    "caret": "npm:picocolors@^1.1.0",
    "tilde": "npm:split2@~4.2.0"
  }
}
E
cat >packed/mod.ts <<'E'
export { createParser } from "exact";
export { default as colors } from "caret";
export { default as split } from "tilde";
E
(cd packed && deno pack --quiet --output ../counter.tgz >/dev/null 2>&1)
tar xzOf counter.tgz package/package.json |
  node -e 'console.log(JSON.parse(require("fs").readFileSync(0)).dependencies)' | tee seen

cat >expected <<'E'
{
  'eventsource-parser': '^3.1.1',
  picocolors: '^1.1.0',
  split2: '~4.2.0'
}
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
