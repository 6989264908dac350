import { assertEquals } from "@std/assert";
import { findDuplicateMember, isTooManifold } from "../../src/intake/json_scan.ts";

const ROWS: [json: string, duplicate: string | undefined][] = [
  ["{}", undefined],
  ['{"a":1}', undefined],
  ['{"a":1,"b":2}', undefined],
  ['{"a":1,"a":2}', "a"],
  ['{ "a" : 5 , "b" : [] , "a" : {} }', "a"],
  ['{"a":1,"\\u0061":2}', "a"],
  ['{"":1,"":2}', ""],
  ['{"a\\"b":1,"a\\"b":2}', 'a"b'],
  ['{"a":"a","b":"a"}', undefined],
  ['{"a":"\\",\\"a\\":","b":1}', undefined],
  ['{"a":"x\\\\","a":1}', "a"],
  ['{"a":["a","a"],"b":{"a":1,"a":2}}', undefined],
  ['{"b":{"a":[{"c":1}]},"c":2,"b":3}', "b"],
  ['{"__proto__":1,"__proto__":2}', "__proto__"],
  [`{"a":${"[".repeat(50_000)}${"]".repeat(50_000)},"a":1}`, "a"],
  [`{"a":"${"\\\\".repeat(500_000)}","a":1}`, "a"],
];

for (const [json, duplicate] of ROWS) {
  Deno.test(`findDuplicateMember() of ${json.slice(0, 60)} is ${duplicate}`, () => {
    JSON.parse(json);
    assertEquals(findDuplicateMember(json), duplicate);
  });
}

Deno.test("isTooManifold() counts in long texts alone, and not in strings", () => {
  const long = " ".repeat(100_000);
  const rows: [json: string, expected: boolean][] = [
    ["[[[", false],
    [`${long}[[[`, true],
    [`${long}{"a":[{"b":1}]}`, true],
    [`${long}[[],{}]`, true],
    [`${long}{"a":["[","{"]}`, false],
    [`${long}{"a":"[[[","b":"\\"[[["}`, false],
    [`${long}[["`, false],
    [`${long}]]]`, false],
    ["[".repeat(1_000_000), true],
  ];
  for (const [json, expected] of rows) {
    assertEquals(isTooManifold(json, 2), expected, json.trim().slice(0, 80));
  }
});
