import { assert, assertEquals, assertThrows } from "@std/assert";
import { checkSample, createSample, cutPieces } from "../../../../load/bench/parts/samples.ts";

const TEXT = new TextEncoder().encode("one two three four five six seven eight ".repeat(100));

Deno.test("cutPieces() cuts between words, all over the text", () => {
  const pieces = cutPieces(TEXT, 7, 100);
  assertEquals(pieces.length, 7);
  const words = new Set(new TextDecoder().decode(TEXT).trim().split(" "));
  for (const { text, tokens, keys } of pieces) {
    assert(text.length > 90 && text.length <= 100, `${text.length} bytes`);
    const found = new TextDecoder().decode(text).trim().split(" ");
    assert(found.every((word) => words.has(word)), "words are whole");
    assertEquals([tokens, keys], [found.length, words.size]);
  }
});

Deno.test("checkSample() refuses other counts", () => {
  const sample = createSample("a b\na");
  checkSample({ tokens: 3, keys: 2 }, sample);
  assertThrows(() => checkSample({ tokens: 3, keys: 3 }, sample), Error, "3 distinct");
});
