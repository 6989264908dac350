import { assertEquals } from "@std/assert";
import { TextPack } from "../../src/input/text_pack.ts";

const TEXTS = [
  "a".repeat(40),
  "\u00e9".repeat(40),
  "caf\u00e9 ".repeat(9),
  "\u0301\u4e2d".repeat(9),
];
TEXTS.push("\u{1f600}".repeat(12), "\u00e9a");

Deno.test("TextPack.add() takes a text whole or not at all, whatever its characters", () => {
  const decoder = new TextDecoder();
  for (const text of TEXTS) {
    const bytes = new TextEncoder().encode(text).length;
    for (let chunkBytes = 2; chunkBytes < bytes + 8; chunkBytes++) {
      const pack = new TextPack(chunkBytes);
      const added = pack.add(text, 0);
      assertEquals(added, bytes + 1 <= chunkBytes, `${bytes} bytes in ${chunkBytes}`);
      assertEquals(decoder.decode(pack.take()), added ? `${text}\n` : "");
    }
  }
});

Deno.test("TextPack.add() takes no part of a text of Latin-1 once the runtime has compiled it", () => {
  const text = "\u00e9".repeat(40);
  let taken = 0;
  for (let i = 0; i < 50_000; i++) if (new TextPack(60).add(text, 0)) taken++;
  assertEquals(taken, 0);
});
