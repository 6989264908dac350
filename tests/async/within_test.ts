import { assertEquals, assertRejects } from "@std/assert";
import { within } from "../../src/async/within.ts";

Deno.test("within() says whether the work was done in time", async () => {
  assertEquals(await within(Promise.resolve(1), 1000), true);
  assertEquals(await within(new Promise(() => {}), 5), false);
});

Deno.test("within() passes on what the work throws", async () => {
  await assertRejects(() => within(Promise.reject(new Error("x")), 1000), Error, "x");
});
