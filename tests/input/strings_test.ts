import { assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { decodeUtf8, StringChecker } from "../../src/input/strings.ts";
import { encodeLatin1 } from "../support/oracle/charsets.ts";

const STRINGS = [
  { string: "", text: "", replacements: 0, offset: undefined },
  { string: "é😀\0", text: "é😀\0", replacements: 0, offset: undefined },
  { string: "\ufffd", text: "\ufffd", replacements: 0, offset: undefined },
  { string: "é\ud800", text: "é\ufffd", replacements: 1, offset: 2 },
  { string: "\udc00\ud800", text: "\ufffd\ufffd", replacements: 2, offset: 0 },
  { string: "😀\ud83d\ud83d\ude00", text: "😀\ufffd😀", replacements: 1, offset: 4 },
];

for (const { string, text, replacements, offset } of STRINGS) {
  Deno.test(`StringChecker takes or refuses ${JSON.stringify(string)}`, () => {
    const checker = new StringChecker("replace");
    assertEquals(checker.check(string, () => ({})), text);
    assertEquals(checker.replacements, replacements);
    const strict = () => new StringChecker("reject").check(string, () => ({ line: 7 }));
    if (offset === undefined) return assertEquals(strict(), text);
    const error = assertThrows(strict, JobError);
    assertEquals([error.code, error.details], ["invalid_utf8", { offset, line: 7 }]);
  });
}

const BYTES = [
  { bytes: "to be", text: "to be", replacements: 0, offset: undefined },
  { bytes: "\xef\xbb\xbfa", text: "\ufeffa", replacements: 0, offset: undefined },
  { bytes: "\xef\xbf\xbd", text: "\ufffd", replacements: 0, offset: undefined },
  { bytes: "a\xff", text: "a\ufffd", replacements: 1, offset: 1 },
  { bytes: "\xef\xbf\xbd\xff\xef\xbf\xbd", text: "\ufffd\ufffd\ufffd", replacements: 1, offset: 3 },
  { bytes: "\xe2\xef\xbf\xbd\xe2\x82", text: "\ufffd\ufffd\ufffd", replacements: 2, offset: 0 },
  { bytes: "\xc3\xa9\xef\xbf", text: "é\ufffd", replacements: 1, offset: 2 },
];

for (const { bytes, text, replacements, offset } of BYTES) {
  Deno.test(`decodeUtf8() takes or refuses the bytes ${JSON.stringify(bytes)}`, () => {
    const encoded = encodeLatin1(bytes);
    assertEquals(decodeUtf8(encoded, "replace"), { text, replacements });
    const strict = () => decodeUtf8(encoded, "reject", { line: 7 });
    if (offset === undefined) return assertEquals(strict(), { text, replacements });
    const error = assertThrows(strict, JobError);
    assertEquals([error.code, error.details], ["invalid_utf8", { offset, line: 7 }]);
  });
}
