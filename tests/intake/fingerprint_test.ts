import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Fingerprint } from "../../src/intake/fingerprint.ts";
import { gatedStream } from "../support/inputs.ts";

Deno.test("Fingerprint: a content is not waited for for ever", async () => {
  const gate = Promise.withResolvers<void>();
  const body = gatedStream(["a"], gate.promise);
  const error = await assertRejects(
    () => new Fingerprint([]).read(body, { readTimeoutMs: 20 }),
    JobError,
  );
  assertEquals(error.code, "read_timeout");
  gate.resolve();
});

Deno.test("Fingerprint: terms and content tell submissions apart, and how it came does not", async () => {
  const digest = async (terms: unknown, ...parts: string[]) =>
    await new Fingerprint(terms).read(gatedStream(parts, Promise.resolve()), {});
  const expected = await digest(["top=1"], "to be");
  assertEquals(await digest(["top=1"], "to", " be"), expected);
  const tapped = new Fingerprint(["top=1"]);
  tapped.update(new TextEncoder().encode("to be"));
  assertEquals(tapped.digest(), expected);
  assertNotEquals(await digest(["top=2"], "to be"), expected);
  assertNotEquals(await digest(["top=1"], "to bee"), expected);
});
