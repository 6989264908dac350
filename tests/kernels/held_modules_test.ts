import { assertEquals, assertStrictEquals } from "@std/assert";
import { HeldModules } from "../../src/kernels/held_modules.ts";

Deno.test("HeldModules gives the same object each time, and drops those that were used longest ago", async () => {
  const held = new HeldModules(100);
  let read = 0;
  const get = (digest: string, bytes = 40) =>
    held.get(digest, () => Promise.resolve((read++, new Uint8Array(bytes))));
  const [a, again] = await Promise.all([get("a"), get("a")]);
  assertStrictEquals(again, a);
  await get("b");
  assertStrictEquals(await get("a"), a);
  assertEquals(read, 3);
  await get("c"); // b was used longest ago
  assertStrictEquals(await get("a"), a);
  assertEquals(read, 4);
  await get("b");
  assertEquals(read, 5);
  await get("large", 200); // the newest stays, whatever it takes
  await get("large", 200);
  assertEquals(read, 6);
  await get("a");
  assertEquals(read, 7);
});

Deno.test("HeldModules holds nothing of a module that is not there", async () => {
  const held = new HeldModules();
  assertEquals(await held.get("a", () => Promise.resolve(undefined)), undefined);
  assertEquals(await held.get("a", () => Promise.resolve(new Uint8Array(1))), new Uint8Array(1));
});
