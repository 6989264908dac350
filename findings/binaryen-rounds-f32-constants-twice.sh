#!/usr/bin/env bash
# binaryen 132.0.0 and wabt 1.0.39 (npm): one valid module text with f32.const, turned into bytes by each.
# Guess: the same bytes; the format asks for the nearest f32, and both tools are the reference of many others.
# Seen: wabt is right. binaryen reads the text as an f64 first and rounds that to f32, so a constant close to the middle of two
# f32 values comes out as the wrong one, in decimal and in hex, where one would think each bit was spelt out.
# Hurt: whoever assembles the same text with both, or checks a build by its hash: results differ in the last bit of an f32 and
# nothing warns.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund binaryen@132.0.0 wabt@1.0.39

cat >run.mjs <<'E'
import binaryen from "binaryen";
import wabtReady from "wabt";
const wabt = await wabtReady();
const call = async (bytes) => (await WebAssembly.instantiate(bytes)).instance.exports.f();
for (const constant of ["0x1.000001p0", "0x1.00000100000000000001p0", "1.000000178813934326171874", "0.1"]) {
  const text = `(module (func (export "f") (result f32) (f32.const ${constant})))`;
  const one = await call(binaryen.parseText(text).emitBinary());
  const other = await call(wabt.parseWat("module.wat", text).toBinary({}).buffer);
  console.log(constant, "binaryen", one, "wabt", other);
}
E
node run.mjs | tee seen

cat >expected <<'E'
0x1.000001p0 binaryen 1 wabt 1
0x1.00000100000000000001p0 binaryen 1 wabt 1.0000001192092896
1.000000178813934326171874 binaryen 1.000000238418579 wabt 1.0000001192092896
0.1 binaryen 0.10000000149011612 wabt 0.10000000149011612
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
