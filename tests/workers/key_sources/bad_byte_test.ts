import { assertEquals } from "@std/assert";
import { freshSeed, Random } from "../../support/random.ts";
import { findBadByte } from "../../../workers/key_sources/bad_byte.ts";

/** A byte per character. */
function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

const LONG = "x".repeat(100);

for (
  const [name, chunk, key, offset] of [
    ["a byte that begins no character", "ok\n\xffA\n", "\xffA", 3],
    ["a character that ends early", "ok \xe2\x82 ok", "\xe2\x82", 3],
    ["a byte behind whole characters", "\xc3\xa9 b\xffc", "b\xffc", 4],
    ["a character that the chunk cuts", "ok\xe2\x82", "ok\xe2\x82", 2],
    ["the first of two alike", "\xff1 \xff1", "\xff1", 0],
    ["the one whose neighbours are the key's", "a\xff b\xff", "b\xff", 4],
    ["a byte in a long key", `a\xff${LONG}\xfe${LONG}`, `${LONG}\xfe${LONG}`, 102],
    ["half a character that another one holds", "\xe2\x82\xac \x82", "\x82", 4],
    ["a half that only whole characters hold", "\xe2\x82\xac", "\x82\xac", undefined],
    ["a key that the kernel has made", "ok", "\xff", undefined],
    ["a key that is not all of it there", "b\xff", "b\xffc", undefined],
  ] as const
) {
  Deno.test(`findBadByte() finds ${name}`, () => {
    assertEquals(findBadByte(bytesOf(chunk), bytesOf(key)), offset);
  });
}

/** Whether a strict decoder reads bytes. */
function isText(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

Deno.test("findBadByte() finds what a strict decoder refuses first, where a key is all of the chunk", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const parts = ["a", "é", "漢", "\u{1f600}"].map((text) => new TextEncoder().encode(text));
  for (let i = 0; i < 500; i++) {
    const bytes = Array.from({ length: random.between(1, 12) }, () => [...random.pick(parts)])
      .flat();
    if (random.oneIn(2)) bytes[random.below(bytes.length)] = random.between(0x80, 0xff);
    else bytes.splice(random.below(bytes.length), 1);
    const chunk = Uint8Array.from(bytes);
    if (isText(chunk)) continue;
    const offset = findBadByte(chunk, chunk)!;
    const what = `MILLRACE_SEED=${seed} ${bytes}`;
    assertEquals(isText(chunk.subarray(0, offset)), true, what);
    for (let bytes = 1; bytes <= 4 && offset + bytes <= chunk.length; bytes++) {
      assertEquals(isText(chunk.subarray(offset, offset + bytes)), false, what);
    }
  }
});
