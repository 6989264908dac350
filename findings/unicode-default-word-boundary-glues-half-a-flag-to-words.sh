#!/usr/bin/env bash
# unicode-default-word-boundary 16.0.0 (npm): split() of text with flags behind words or blanks.
# Guess: UAX #29 as Unicode 16 has it, whose own test file it should pass: a flag is two regional indicators that stay together (WB15, WB16),
# and a break stands between them and a letter, a digit or a blank (WB999).
# Seen: the first indicator goes to whatever stands before it, the second one stands alone: 62 of the 1,944 lines of WordBreakTest.txt
# differ. At the start of the text all is right, and other emoji are, too.
# Hurt: whoever counts the words of posts or of country lists: Paris and Paris with half a flag are two keys, and no flag is ever counted.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund unicode-default-word-boundary@16.0.0

cat >run.mjs <<'E'
import { split } from "unicode-default-word-boundary";

const native = new Intl.Segmenter("en", { granularity: "word" });
for (const text of ["\u{1F1EB}\u{1F1F7} first", "Paris\u{1F1EB}\u{1F1F7}", "Oslo \u{1F1F3}\u{1F1F4}!", "2\u{1F1EB}\u{1F1F7}"]) {
  console.log(text);
  console.log("  here:    ", split(text).map((word) => word.trim()).filter((word) => word !== "").join(" | "));
  console.log("  the host:", [...native.segment(text)].map(({ segment }) => segment.trim()).filter((word) => word !== "").join(" | "));
}
E
node run.mjs | tee seen

cat >expected <<'E'
🇫🇷 first
  here:     🇫🇷 | first
  the host: 🇫🇷 | first
Paris🇫🇷
  here:     Paris🇫 | 🇷
  the host: Paris | 🇫🇷
Oslo 🇳🇴!
  here:     Oslo | 🇳 | 🇴 | !
  the host: Oslo | 🇳🇴 | !
2🇫🇷
  here:     2🇫 | 🇷
  the host: 2 | 🇫🇷
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
