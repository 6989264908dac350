import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Patterns } from "../../src/records/patterns.ts";

const ofKey = (pattern: string) => ({ parameter: "key", pattern });

Deno.test("Patterns compile those of a question once, for the request and for its job", () => {
  const patterns = Patterns.of([ofKey("a"), ofKey("(b)"), ofKey("a")]);
  assertStrictEquals(Patterns.of([ofKey("a"), ofKey("(b)"), ofKey("a")]), patterns);
  assert(patterns.tablesOf("(b)").toBytes().length > 0);
});

Deno.test("Patterns refuse many that are each within bounds, and name the one that is too much", () => {
  const many = Array.from({ length: 8 }, (_, i) => ofKey(`[ab]*a[ab]{9}${i}`));
  many.forEach((one) => Patterns.of([one]));
  const error = assertThrows(() => Patterns.of(many), JobError);
  assertEquals(error.code, "invalid_parameter");
  assertEquals(error.details?.parameter, "key");
});
