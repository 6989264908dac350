#!/usr/bin/env bash
# en-stemmer 1.0.3 (npm): Porter's English stemmer on words that end in "eed".
# Guess: Porter's rules, as porter-stemmer, stemmer and NLTK have them: "eed" loses its last letter only where a vowel and a consonant stand
# in front of it, so agreed is agre, while feed, need and speed stay as they are.
# Seen: it is lost in front of any consonant: need is nee, seed is see, feed is fee and speed is spee. Of some seven thousand English words
# only these differ from Porter's own program.
# Hurt: whoever counts stems: seeds and see are one key, feeds and fees are another, and nothing looks wrong, as stems are cut words anyway.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund en-stemmer@1.0.3 stemmer@2.0.1

cat >run.mjs <<'E'
import { createRequire } from "node:module";
import { stemmer as porter } from "stemmer";
const { stemmer } = createRequire(import.meta.url)("en-stemmer");
for (const word of ["agreed", "need", "needs", "seeds", "see", "feed", "fees", "speed", "bleed", "counting", "counts"]) {
  const seen = stemmer(word), other = porter(word);
  console.log(`${word}: ${seen}${seen === other ? "" : `, Porter ${other}`}`);
}
E
node run.mjs | tee seen

cat >expected <<'E'
agreed: agre
need: nee, Porter need
needs: nee, Porter need
seeds: see, Porter seed
see: see
feed: fee, Porter feed
fees: fee
speed: spee, Porter speed
bleed: blee, Porter bleed
counting: count
counts: count
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
