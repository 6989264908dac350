import { assertEquals } from "@std/assert";
import { digestOf } from "../../../load/support/digest_of.ts";

Deno.test("digestOf() takes the same text in other blocks for the same", async () => {
  const { digest, lines } = await digestOf(ReadableStream.from([bytes("a\nb"), bytes("\n\nc")]));
  assertEquals(lines, 3);
  assertEquals(await digestOf(ReadableStream.from([bytes("a\nb\n\nc")])), { digest, lines });
  const other = await digestOf(ReadableStream.from([bytes("a\nb\n\nd")]));
  assertEquals(other.digest === digest, false);
});

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
