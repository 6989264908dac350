import { assert, assertEquals, assertGreater } from "@std/assert";
import { generateCaseProperties } from "../../../assembly/build/generate_case_properties.ts";
import { type CallArguments, LibraryCalls, show } from "../../support/library_calls.ts";
import { freshSeed, Random } from "../../support/random.ts";

// asc's library of strings and arrays, as `library_changes.ts` leaves it, against JavaScript's.

/** By whether memory is an arena, or is collected. */
const GLOBALS = { "an arena": "", "collected memory": 'let last = "";' };
const CALLS = 24_000;
/** Records of a chunk: memory may be collected behind it only. */
const BATCH = 500;

const EXPRESSIONS = `
a.charAt(i)
a.charCodeAt(i)
a.codePointAt(i)
i >= -a.length && i < a.length ? a.at(i) : ""
a.concat(b)
a + b + c
a.endsWith(b)
a.endsWith(b, i)
a.startsWith(b)
a.startsWith(b, i)
a.includes(b)
a.includes(b, i)
a.indexOf(b)
a.indexOf(b, i)
a.lastIndexOf(b)
a.lastIndexOf(b, i)
a.localeCompare(a)
a.padStart(i % 50)
a.padStart(i % 50, b)
a.padEnd(i % 50)
a.padEnd(i % 50, b)
i > 0 ? a.repeat(i % 5) : ""
a.replace(b, c)
a.replaceAll(b, c)
a.replaceAll(b, c).concat("!")
a.slice(i)
a.slice(i, j)
a.split(b)
a.split(b, i)
a.split(b).join(c)
a.substring(i)
a.substring(i, j)
a.substr(i)
a.substr(i, j)
a.toLowerCase()
a.toUpperCase()
a.toString()
a.trim()
a.trimStart()
a.trimEnd()
a.trimLeft()
a.trimRight()
String.fromCharCode(i)
String.fromCharCode(i, j >> 1)
i >= 0 && i <= 0x10ffff ? String.fromCodePoint(i) : ""
a < b
a <= b
a > b
a >= b
a == b
a != b
a < a.concat(b)
a.length
a.split(b).sort()
a.split(b).concat(b.split("")).sort(byLength)
a.split(b).slice(i, j)
a.split(b).splice(i, j)
a.split("").fill(b, i, j)
a.split("").reverse()
a.split("").indexOf(b.charAt(0), i)
a.split("").lastIndexOf(b.charAt(0), i)
a.split("").includes(b)
units(a).sort(byNumber)
units(a + b + a + c + a + b + a).sort(byLastDigit)
units(a).slice(i)
units(a).slice(i, j)
after(units(a), units(a).splice(i))
after(units(a), units(a).splice(i, j))
units(a).fill(0, i, j)
units(a).fill(7, i, j)
bytes(a).fill(7, i, j)
shorts(a).fill(7, i, j)
units(a).reverse()
bytes(a + b).reverse()
shorts(a).reverse()
units(a).indexOf(97, i)
units(a).lastIndexOf(97)
units(a).lastIndexOf(97, i)
units(a).includes(97, i)
units(a).join(b)
bytes(a).join()
units(a).concat(units(b))
units(a).copyWithin(i, j)
units(a).copyWithin(i, j, 4)
units(a).copyWithin(i, j, -1)
listed(typed(a).copyWithin(i, j))
listed(typed(a).copyWithin(i, j, 4))
listed(typed(a).copyWithin(i, j, -1))
listed(typed(a).fill(7, i, j))
doubles(a).includes(NaN)
doubles(a).indexOf(NaN)
doubles(a).indexOf(0)
list(fixed(a).fill(9, i, j))
fixed(a).indexOf(97, i)
fixed(a).lastIndexOf(97, i)
fixed(a).includes(97, i)
fixed(a).join(b)
fixed(a).slice(i, j)
fixed(a).concat(units(b))
list(fixed(a).copyWithin(i, j, -1))
list(fixed(a).reverse())
list(fixed(a + b).sort(byNumber))
fixedTexts(a, b).join(c)
fixedTexts(a, b).indexOf(c, i)
inMap(a, b)
inSet(a, b)`.trim().split("\n");

/** Texts are of one kind: whitespace, letters around a sigma, special cases, halves of pairs, … */
const KINDS = [
  "ab",
  "ab c",
  " \t\n\r\v\f\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u0085\u180e\u200ba",
  "ΣΣσΑα.'\u0301 1𐐀ⓐ\u{1d7ca}\u{20000}\u02b0",
  "ßİŉﬁΐᾳᾼǆǅǄıIiKÅẞꟋɤ\u{10570}aZ",
  "$$&`'10a",
].map((text) => [...text]).concat([["\ud83d", "\ude00", "\udbff", "\ud800", "\udfff", "a", "😀"]]);
const HUGE = [2 ** 31 - 1, -(2 ** 31), 1 - 2 ** 31, 2 ** 30, -(2 ** 30), 65535, 65536, 0x10ffff];

/** Assigned since, or of another kind since, if this JavaScript is older than Unicode 17. */
const NEW_IN_17 = /[\p{Cn}\u0295\ua7d3\ua7d5]/u;

function drawText(random: Random, most: number): string {
  const kind = random.below(KINDS.length + 1);
  const draw = () => KINDS[kind] ? random.pick(KINDS[kind]) : drawUnit(random);
  return Array.from({ length: random.below(most + 1) }, draw).join("");
}

function drawUnit(random: Random): string {
  for (;;) {
    const unit = String.fromCharCode(random.below(2 ** 16));
    if (!NEW_IN_17.test(unit)) return unit;
  }
}

function drawNumber(random: Random, length: number): number {
  return random.oneIn(8) ? random.pick(HUGE) : random.between(-3, length + 3);
}

function drawArguments(random: Random): CallArguments {
  const a = drawText(random, random.oneIn(10) ? 150 : 14);
  const at = random.below(a.length + 1);
  return {
    a,
    b: random.oneIn(2) ? a.slice(at, at + random.below(4)) : drawText(random, 3),
    c: drawText(random, random.oneIn(3) ? 30 : 3),
    i: drawNumber(random, a.length),
    j: drawNumber(random, a.length),
  };
}

for (const [memory, global] of Object.entries(GLOBALS)) {
  Deno.test(`methods of strings and arrays give what JavaScript gives, in ${memory}`, async () => {
    const seed = freshSeed();
    const random = new Random(seed);
    const library = await LibraryCalls.compile(EXPRESSIONS, global);
    const calls = Array.from(
      { length: CALLS },
      (_, n) => [n % EXPRESSIONS.length, drawArguments(random)] as const,
    );
    for (let from = 0; from < CALLS; from += BATCH) {
      const batch = calls.slice(from, from + BATCH);
      const given = library.run(batch);
      batch.forEach(([which, call], n) => {
        const told = `${EXPRESSIONS[which]} of ${JSON.stringify(call)}, MILLRACE_SEED=${seed}`;
        assertEquals(given[n], library.expected(which, call), told);
      });
    }
  });
}

Deno.test("the texts that are drawn tell asc's own trim and indexOf from JavaScript's", async () => {
  const random = new Random(20261128);
  const library = await LibraryCalls.compile(["a.trim()", "a.indexOf(b, i)"]);
  const faults = [0, 0];
  for (let n = 0; n < 2000; n++) {
    const call = drawArguments(random);
    const given = library.run([[0, call], [1, call]]);
    if (given[0] !== show(trimAsAsc(call.a))) faults[0]++;
    if (given[1] !== show(call.b === "" ? 0 : call.a.indexOf(call.b, call.i))) faults[1]++;
  }
  for (const count of faults) assertGreater(count, 10);
});

/** What asc's own String#trim gives: its end moves toward the start with each space that is left out. */
function trimAsAsc(text: string): string {
  let size = text.trimEnd().length;
  let offset = 0;
  while (offset < size && text[offset].trim() === "") {
    offset++;
    size--;
  }
  return text.slice(offset, offset + size);
}

Deno.test("every character has the case, and makes a sigma final, as in JavaScript", async () => {
  const library = await LibraryCalls.compile(["a.toLowerCase()", "a.toUpperCase()"]);
  const calls: [number, CallArguments][] = [];
  const check = () => {
    const given = library.run(calls);
    calls.forEach(([which, call], n) => {
      assertEquals(given[n], library.expected(which, call), JSON.stringify(call.a));
    });
    calls.length = 0;
  };
  for (let point = 0; point <= 0x10ffff; point++) {
    const character = String.fromCodePoint(point);
    if (NEW_IN_17.test(character)) continue;
    const call = { b: "", c: "", i: 0, j: 0 };
    const a = `${character} ${character}Σ AΣ${character} A${character}Σ AΣ${character}A`;
    calls.push([0, { a, ...call }], [1, { a: character, ...call }]);
    if (calls.length >= 8192) check();
  }
  check();
});

Deno.test("case_properties.ts is what its generator writes", () => {
  const written = Deno.readTextFileSync(
    new URL("../../../assembly/sdk/case_properties.ts", import.meta.url),
  );
  assert(written === generateCaseProperties(), "run assembly/build/generate_case_properties.ts");
});
