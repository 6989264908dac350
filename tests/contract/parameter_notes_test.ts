import { assert, assertEquals, assertThrows } from "@std/assert";
import { COUNT_PARAMETERS } from "../../src/contract/options.ts";
import { CHOICE_NOTES, CONFLICT_NOTES } from "../../src/contract/parameter_notes.ts";
import { JobError } from "../../src/contract/problems.ts";
import { parseCountQuery, withLists } from "../../src/http/read/query.ts";

Deno.test("CONFLICT_NOTES are of queries that are refused for their first option", () => {
  for (const { query } of CONFLICT_NOTES) {
    const error = assertThrows(
      () => withLists(parseCountQuery(query), {}),
      JobError,
      undefined,
      query,
    );
    const [name] = query.split("=");
    assertEquals([error.code, error.details.parameter], ["invalid_parameter", name], query);
    assert(error.details.other, `${query} names no other option`);
  }
});

Deno.test("CHOICE_NOTES are of the values in the tables, in their order, a sentence each", () => {
  for (const [name, notes] of Object.entries(CHOICE_NOTES)) {
    for (const [value, note] of Object.entries(notes)) {
      assert(note.endsWith("."), `${name}=${value}`);
    }
  }
  assertEquals(Object.keys(CHOICE_NOTES.tokenizer), [...COUNT_PARAMETERS.tokenizer.values]);
});
