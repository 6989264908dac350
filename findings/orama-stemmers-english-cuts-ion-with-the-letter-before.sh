#!/usr/bin/env bash
# @orama/stemmers 3.1.18 (npm): the stemmer for English, on words that end in ion.
# Guess: Porter's step 4 (1980, and Snowball's English likewise): ion goes where s or t stands before it, and the s or t stays: direction has
# the stem of direct, discussion that of discuss.
# Seen: the s or t goes too, or ion stays: direction is direc, and condition is condition.
# Everything else in its 1980 form is as published; against it 306 of 20,417 words of three novels differ, all of this kind.
# Hurt: whoever groups or searches words by their stems: direct and direction, discuss and discussion are apart, in the most frequent nouns.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund @orama/stemmers@3.1.18

cat >run.mjs <<'E'
import { stemmer } from "@orama/stemmers/english";

// Word, and its stem by Porter's algorithm of 1980.
const published = [
  ["direct", "direct"],
  ["direction", "direct"],
  ["directions", "direct"],
  ["attention", "attent"],
  ["attentive", "attent"],
  ["discuss", "discuss"],
  ["discussion", "discuss"],
  ["condition", "condit"],
  ["conditional", "condit"],
  ["adoption", "adopt"],
  ["connected", "connect"],
  ["connection", "connect"],
];
for (const [word, porter] of published) console.log(word, "here:", stemmer(word), "Porter:", porter);
E
node run.mjs | tee seen

cat >expected <<'E'
direct here: direct Porter: direct
direction here: direc Porter: direct
directions here: direc Porter: direct
attention here: atten Porter: attent
attentive here: attent Porter: attent
discuss here: discuss Porter: discuss
discussion here: discus Porter: discuss
condition here: condition Porter: condit
conditional here: condition Porter: condit
adoption here: adop Porter: adopt
connected here: connect Porter: connect
connection here: connec Porter: connect
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
