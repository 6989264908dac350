#!/usr/bin/env bash
# @formatjs/intl-segmenter 12.2.15 (npm): isWordLike of segments by word, the usual way to count words with Intl.Segmenter.
# Guess: what an engine's own Intl.Segmenter says, which it stands in for: its segments do pass all of Unicode's WordBreakTest.txt.
# Seen: segments are the same, their isWordLike is not: fractions, superscripts and circled numbers are words here and none in V8 (ICU);
# underscores alone, the degree-like modifier signs and what else extends words are words in V8 and none here.
# Hurt: whoever counts words in the browser and in an app whose engine lacks Intl.Segmenter: totals differ on recipes, formulas and code.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @formatjs/intl-segmenter@12.2.15

cat >run.mjs <<'E'
import { Segmenter } from "@formatjs/intl-segmenter";

const granularity = "word";
const words = (segmenter, text) =>
  [...segmenter.segment(text)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment).join(" ");
for (const text of ["\u00BD cup of milk, 2 cups of flour", "10 m\u00B2 or 10 \u00B2", "\u2460 mix \u2461 bake", "def __ init __", "a \u02C5 b"]) {
  console.log(text);
  console.log("  here:", words(new Segmenter("en", { granularity }), text));
  console.log("  V8:  ", words(new Intl.Segmenter("en", { granularity }), text));
}
E
node run.mjs | tee seen

cat >expected <<'E'
½ cup of milk, 2 cups of flour
  here: ½ cup of milk 2 cups of flour
  V8:   cup of milk 2 cups of flour
10 m² or 10 ²
  here: 10 m ² or 10 ²
  V8:   10 m or 10
① mix ② bake
  here: ① mix ② bake
  V8:   mix bake
def __ init __
  here: def init
  V8:   def __ init __
a ˅ b
  here: a b
  V8:   a ˅ b
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
