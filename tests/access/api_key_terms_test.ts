import { assertEquals, assertThrows } from "@std/assert";
import { parseApiKeyRows, readApiKeyRow } from "../../src/access/api_key_terms.ts";

const ROW = {
  id: "0123456789ab",
  tenant: "acme",
  hash: `sha256:${"0f".repeat(32)}`,
  created: "2026-01-01T00:00:00.000Z",
};

const parse = (...rows: unknown[]) => parseApiKeyRows(JSON.stringify(rows));

Deno.test("readApiKeyRow() fills what a row does not say", () => {
  const [row] = parse(ROW);
  const { digest, ...rest } = readApiKeyRow(row);
  assertEquals([digest.length, digest[0]], [32, 15]);
  assertEquals(rest, {
    id: "0123456789ab",
    name: undefined,
    tenant: "acme",
    rights: ["read", "write"],
    weight: undefined,
    maxJobs: undefined,
    rate: undefined,
    expiresAt: Infinity,
  });
  const full = { rights: ["observe"], weight: 0.5, maxJobs: 3, rate: "60/m" };
  const [other] = parse({ ...ROW, ...full, expires: "2030-01-01T00:00:00Z", name: "monitor" });
  const { rights, weight, maxJobs, rate, expiresAt } = readApiKeyRow(other);
  assertEquals({ rights, weight, maxJobs }, { rights: ["observe"], weight: 0.5, maxJobs: 3 });
  assertEquals([rate, expiresAt], [{ requests: 60, windowMs: 60_000 }, 1_893_456_000_000]);
});

Deno.test("parseApiKeyRows() says which member of which row is wrong, and what it may be", () => {
  const { id: _, ...noId } = ROW;
  const rows: [unknown[], string][] = [
    [[noId], "'id' of row 0 is undefined, not 12 hexadecimal digits"],
    [[ROW, { ...ROW, tenant: "a b" }], `'tenant' of row 1 is "a b", not 1 to 64 of`],
    [[{ ...ROW, hash: "sha256:0f" }], "'hash' of row 0"],
    [[{ ...ROW, created: "yesterday" }], "'created' of row 0"],
    [[{ ...ROW, expires: 5 }], "'expires' of row 0 is 5"],
    [[{ ...ROW, weight: 0 }], "'weight' of row 0 is 0, not a number from 0.01 to 1000"],
    [[{ ...ROW, maxJobs: 1.5 }], "'maxJobs' of row 0 is 1.5"],
    [[{ ...ROW, rate: "9" }], "'rate' of row 0"],
    [[{ ...ROW, rights: ["root"] }], "a list of read, write, observe"],
    [[{ ...ROW, rights: [] }], "'rights' of row 0 is []"],
    [[{ ...ROW, wieght: 2 }], "row 0 has a member 'wieght', which does not exist"],
    [[{ ...ROW, toString: "x" }], "row 0 has a member 'toString', which does not exist"],
    [[JSON.parse(`{"__proto__": {}}`)], "row 0 has a member '__proto__', which does not exist"],
    [[5], "row 0 is no object"],
    [[ROW, ROW], "the id '0123456789ab' is there twice"],
  ];
  for (const [given, says] of rows) assertThrows(() => parse(...given), Error, says);
  assertThrows(() => parseApiKeyRows("{}"), Error, "the document is no array");
  assertThrows(() => parseApiKeyRows("["), SyntaxError);
});

Deno.test("parseApiKeyRows() reads a hundred thousand rows, and finds the one that is there twice", () => {
  const rows = Array.from({ length: 100_000 }, (_, i) => ({
    ...ROW,
    id: i.toString(16).padStart(12, "0"),
  }));
  assertEquals(parse(...rows).length, 100_000);
  assertThrows(() => parse(...rows, rows[99_999]), Error, "'00000001869f' is there twice");
});
