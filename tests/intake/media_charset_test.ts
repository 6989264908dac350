import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { DEFAULT_COUNT_OPTIONS } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { applyMediaCharset, charsetOf } from "../../src/intake/media_charset.ts";

Deno.test("charsetOf() gives the one name of the charset that a media type names", () => {
  assertEquals(charsetOf("text/plain"), undefined);
  assertEquals(charsetOf("text/plain; charset=UTF-8"), "utf-8");
  assertEquals(charsetOf('text/plain; x=y; CHARSET = "latin1"'), "windows-1252");
  const error = assertThrows(() => charsetOf("text/plain; charset=klingon"), JobError);
  assertEquals([error.code, error.details.header], ["unknown_charset", "content-type"]);
});

Deno.test("applyMediaCharset() changes the options of texts, and not those of documents", () => {
  const count = DEFAULT_COUNT_OPTIONS;
  for (const type of ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"]) {
    const applied = applyMediaCharset(count, `${type}; charset=latin1`);
    assertEquals(applied, { ...count, charset: "windows-1252" }, type);
    assertStrictEquals(applyMediaCharset(applied, `${type}; charset=latin1`), applied, type);
  }
  for (const type of ["text/plain", "application/json; charset=latin1", "text/x; charset=auto"]) {
    assertStrictEquals(applyMediaCharset(count, type), count, type);
  }
});
