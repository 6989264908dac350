import { assertEquals } from "@std/assert";
import { joinKeyParts, splitKeyParts } from "../../src/contract/compound_keys.ts";
import { freshSeed, Random } from "../support/random.ts";

const encoder = new TextEncoder();

Deno.test("joinKeyParts() escapes what it separates parts with", () => {
  const join = (...parts: string[]) => [...joinKeyParts(parts.map((part) => encoder.encode(part)))];
  assertEquals(join("a", "b"), [0x61, 1, 0x62]);
  assertEquals(join("", ""), [1]);
  assertEquals(join("\0\x01\x02\x03", "\x01"), [2, 1, 2, 2, 2, 3, 3, 1, 2, 2]);
});

Deno.test("splitKeyParts() gives the parts back, and joined keys compare as their parts", () => {
  const random = new Random(freshSeed());
  const alphabet = ["\0", "\x01", "\x02", "\x03", "a", "é", "😀"];
  const parts = (): string[] =>
    Array.from(
      { length: 3 },
      () => Array.from({ length: random.below(4) }, () => random.pick(alphabet)).join(""),
    );
  const hexOf = (texts: string[]) => texts.map((text) => encoder.encode(text).toHex());
  for (let round = 0; round < 3000; round++) {
    const [a, b] = [parts(), parts()];
    const [joinedA, joinedB] = [a, b].map((each) =>
      joinKeyParts(each.map((part) => encoder.encode(part)))
    );
    const texts = splitKeyParts(joinedA).map((part) => new TextDecoder().decode(part));
    assertEquals(texts, a, `seed ${random.seed}`);
    new TextDecoder("utf-8", { fatal: true }).decode(joinedA);
    const order = compare([joinedA.toHex()], [joinedB.toHex()]);
    assertEquals(order, compare(hexOf(a), hexOf(b)), `seed ${random.seed}`);
  }
});

/** Texts of hexadecimal digits compare as the bytes that they stand for. */
function compare(a: string[], b: string[]): number {
  const at = a.findIndex((text, i) => text !== b[i]);
  return at < 0 ? 0 : a[at] < b[at] ? -1 : 1;
}
