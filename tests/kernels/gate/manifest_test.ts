import { assertEquals, assertStringIncludes } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { parseManifest } from "../../../src/kernels/gate/manifest.ts";

const LEAST = { abi: 1, records: "line", output: "keys" };

function parse(value: unknown) {
  return parseManifest(new TextEncoder().encode(JSON.stringify(value)), 9);
}

Deno.test("parseManifest() takes the largest records that a source may name", () => {
  const manifest = { ...LEAST, records: "fixed:9999999" };
  assertEquals(parse(manifest).records, manifest.records);
});

Deno.test("parseManifest() gives what the kernel says of itself", () => {
  assertEquals(parse(LEAST), { ...LEAST, abi: 1, output: "keys", options: [] });
  const whole = {
    abi: 1 as const,
    name: "log-status",
    records: "fixed:128",
    output: "values" as const,
    value: "f64" as const,
    op: "avg" as const,
    options: [
      { name: "by", type: "i32" as const, default: -2147483648 },
      { name: "sum", type: "i64" as const, default: "-9223372036854775808" },
      { name: "of", type: "i64" as const, default: 7 },
      { name: "rate", type: "f64" as const, default: 0.5 },
      { name: "strict", type: "bool" as const, default: false },
      { name: "field", type: "string" as const, default: "" },
    ],
  };
  assertEquals(parse(whole), whole);
});

const option = (one: unknown) => ({ ...LEAST, options: [one] });
const REFUSED: [what: string, manifest: unknown][] = [
  ["no JSON object", []],
  ["no JSON object", null],
  ["no JSON object", "text"],
  ['abi is "2", not 1', { ...LEAST, abi: 2 }],
  ["abi is (missing), not 1", { ...LEAST, abi: undefined }],
  ['there is no member "__proto__"', JSON.parse('{"abi": 1, "__proto__": {}}')],
  ['there is no member "record"', { ...LEAST, record: "line" }],
  ["name", { ...LEAST, name: "" }],
  ["name", { ...LEAST, name: "../words" }],
  ["name", { ...LEAST, name: "a".repeat(65) }],
  ["name", { ...LEAST, name: ["words"] }],
  ["records", { ...LEAST, records: "lines" }],
  ["records", { ...LEAST, records: "fixed:0" }],
  ["records", { ...LEAST, records: "fixed:10000000" }],
  ["records", { ...LEAST, records: "line\n" }],
  ["output", { ...LEAST, output: "slices" }],
  ["output", { ...LEAST, output: undefined }],
  ["input", { ...LEAST, input: "texts" }],
  ["input text needs another output", { ...LEAST, input: "text", output: "windows" }],
  ["value needs the output values", { ...LEAST, value: "i64" }],
  ["value needs the output values", { ...LEAST, output: "pairs", value: "i64" }],
  ["op needs the output values or pairs", { ...LEAST, op: "sum" }],
  ["is not admitted for pairs", { ...LEAST, output: "pairs", op: "sum" }],
  ["is not admitted for values", { ...LEAST, output: "values", value: "i64", op: "distinct" }],
  ["value (missing)", { ...LEAST, output: "values" }],
  ["value", { ...LEAST, output: "values", value: "i32" }],
  ...["decimal", "decimal()", "decimal(19)", "decimal(02)", "decimal(-1)", "decimal(2) "]
    .map((value): [string, unknown] => ["value", { ...LEAST, output: "values", value }]),
  ["op", { ...LEAST, output: "values", value: "i64", op: "median" }],
  ["options is no array", { ...LEAST, options: {} }],
  ["101 options exceed", { ...LEAST, options: new Array(101).fill({}) }],
  ["an option is no object", option("by")],
  ['there is no member "min"', option({ name: "a", type: "i32", default: 0, min: 0 })],
  ["option name", option({ name: "a b", type: "i32", default: 0 })],
  ["option name (missing)", option({ type: "i32", default: 0 })],
  ["no default of type", option({ name: "a", type: "u8", default: 0 })],
  ["no default of type", option({ name: "a", type: "i32" })],
  ["no default of type", option({ name: "a", type: "i32", default: 2147483648 })],
  ["no default of type", option({ name: "a", type: "i32", default: 0.5 })],
  ["no default of type", option({ name: "a", type: "i32", default: "1" })],
  ["no default of type", option({ name: "a", type: "i64", default: 2 ** 53 })],
  ["no default of type", option({ name: "a", type: "i64", default: "9223372036854775808" })],
  ["no default of type", option({ name: "a", type: "f64", default: null })],
  ["no default of type", option({ name: "a", type: "bool", default: 1 })],
  ["no default of type", option({ name: "a", type: "string", default: "x".repeat(4_097) })],
  ["is there twice", {
    ...LEAST,
    options: [{ name: "a", type: "bool", default: true }, { name: "a", type: "i32", default: 0 }],
  }],
];

Deno.test("parseManifest() refuses what it does not know", () => {
  for (const [what, manifest] of REFUSED) {
    try {
      parse(manifest);
    } catch (error) {
      if (!(error instanceof JobError)) throw error;
      assertEquals([error.code, error.details.offset], ["kernel_refused", 9]);
      assertStringIncludes(error.message, what);
      continue;
    }
    throw new Error(`admitted: ${JSON.stringify(manifest)}`);
  }
});
