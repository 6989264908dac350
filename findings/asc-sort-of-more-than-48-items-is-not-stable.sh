#!/usr/bin/env bash
# AssemblyScript 0.28.20: Array#sort() of records by a key that many of them share.
# Guess: equal items keep their order, as JavaScript promises since 2019, whatever their number.
# Seen: up to 48 items keep it. With more, equal items change places: of 60 items that alternate between two keys some come
# out of turn.
# Hurt: whoever sorts by count what was in order by key before: ties are in another order once there are more than 48.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
echo '{"private":true,"type":"module"}' >package.json
npm install --silent --no-audit --no-fund assemblyscript@0.28.20

cat >probe.ts <<'E'
class Item { constructor(public key: i32, public place: i32) {} }
/** How many of n items, whose keys repeat after `period`, stand behind one of the same key that came later. */
export function outOfTurn(n: i32, period: i32): i32 {
  const items: Item[] = [];
  for (let i = 0; i < n; i++) items.push(new Item(i % period, i));
  items.sort((a, b) => a.key - b.key);
  let count = 0;
  for (let i = 1; i < n; i++) {
    if (items[i - 1].key == items[i].key && items[i - 1].place > items[i].place) count++;
  }
  return count;
}
E
npx asc probe.ts -o probe.wasm --bindings esm --exportRuntime

cat >run.mjs <<'E'
import { outOfTurn } from "./probe.js";
for (const [n, period] of [[40, 2], [48, 2], [49, 2], [60, 2], [60, 7], [100, 3], [200, 10]]) {
  const there = Array.from({ length: n }, (_, place) => ({ key: place % period, place })).sort((a, b) => a.key - b.key);
  const inHost = there.filter((item, i) => i > 0 && there[i - 1].key === item.key && there[i - 1].place > item.place);
  console.log(n, "items,", period, "keys: out of turn", outOfTurn(n, period), "here,", inHost.length, "in JavaScript");
}
E
node run.mjs | tee seen

cat >expected <<'E'
40 items, 2 keys: out of turn 0 here, 0 in JavaScript
48 items, 2 keys: out of turn 0 here, 0 in JavaScript
49 items, 2 keys: out of turn 7 here, 0 in JavaScript
60 items, 2 keys: out of turn 13 here, 0 in JavaScript
60 items, 7 keys: out of turn 3 here, 0 in JavaScript
100 items, 3 keys: out of turn 21 here, 0 in JavaScript
200 items, 10 keys: out of turn 8 here, 0 in JavaScript
E
diff expected seen || { echo "the behaviour changed"; exit 1; }
