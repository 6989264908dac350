import { assertEquals } from "@std/assert";
import { compileRegex } from "../../../src/records/regex/compile_regex.ts";
import { PUBLISHED } from "../../support/published_regexes.ts";

Deno.test("compileRegex() finds what Rust's regex crate finds in its own tests", () => {
  for (const [pattern, text, place] of PUBLISHED) {
    const found = compileRegex(pattern).find(new TextEncoder().encode(text));
    assertEquals(found && [found.start, found.end], place, `/${pattern}/ on ${text}`);
  }
});
