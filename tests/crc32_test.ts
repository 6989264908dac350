import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { addToCrc32 } from "../src/crc32.ts";
import { Random } from "./support/random.ts";

/** Calls after which V8 has long compiled what it calls. */
const MANY = 100_000;

Deno.test("addToCrc32() gives the sum of the whole, wherever it is cut and however often it is called", () => {
  const random = new Random(1);
  const bytes = Uint8Array.from({ length: 1000 }, () => random.below(256));
  const whole = crc32(bytes);
  for (let calls = 0; calls < MANY;) {
    let sum = 0;
    for (let at = 0; at < bytes.length; calls++) {
      const length = random.between(0, 100);
      sum = addToCrc32(bytes.subarray(at, at + length), sum);
      at += length;
    }
    if (sum !== whole) assertEquals(sum, whole, `after ${calls} calls`);
  }
});
