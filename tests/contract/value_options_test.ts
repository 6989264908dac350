import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { KernelManifest } from "../../src/contract/kernel_manifest.ts";
import { createCountOptions, DEFAULT_OUTPUT_OPTIONS } from "../../src/contract/options.ts";
import { VALUE_CONFLICT_NOTES } from "../../src/contract/parameter_notes.ts";
import { JobError } from "../../src/contract/problems.ts";
import { resultValues } from "../../src/contract/result_values.ts";
import { refuseBesideKernel, refuseCountOptions } from "../../src/contract/value_options.ts";
import { parseCountQuery } from "../../src/http/read/query.ts";
import { MANIFEST } from "../support/kernels.ts";

const SUMS: KernelManifest = { ...MANIFEST, output: "values", value: "i64" };

function kernelOf(manifest: KernelManifest) {
  const empty = new Uint8Array(0);
  return { id: "group", module: empty, options: empty, manifest };
}

Deno.test("resultValues() says what results hold: averages are doubles, counts are no values", () => {
  assertEquals(resultValues(MANIFEST), undefined);
  assertEquals(resultValues(SUMS), { op: "sum", type: "i64" });
  const output = "values";
  for (const value of ["i64", "f64"] as const) {
    for (const op of ["sum", "min", "max", "combine"] as const) {
      assertEquals(resultValues({ output, value, op }), { op, type: value });
    }
    assertEquals(resultValues({ output, value, op: "avg" }), { op: "avg", type: "f64" });
    assertEquals(resultValues({ output, value, op: "count" }), undefined);
  }
  for (const op of ["distinct", "approxDistinct"] as const) {
    assertEquals(resultValues({ output: "pairs", op }), { op, type: "i64" });
  }
  assertEquals(resultValues({ output: "pairs" }), { op: "distinct", type: "i64" });
});

Deno.test("refuseBesideKernel() refuses what only counts have, and takes its defaults", () => {
  const refused = [
    [{ min: 2 }, {}, "min", 1],
    [{ min: 0 }, {}, "min", 1],
    [{ max: 2 }, {}, "max", 0],
    [{}, { columns: ["share"] }, "columns", ["rank"]],
    [{}, { columns: ["rank", "perMillion"] }, "columns", ["rank"]],
  ] as const;
  for (const [count, output, parameter, allowed] of refused) {
    const asked = {
      count: createCountOptions(count),
      output: { ...DEFAULT_OUTPUT_OPTIONS, ...output },
    };
    const error = assertThrows(() => refuseBesideKernel(asked, kernelOf(SUMS)), JobError);
    const { details } = error;
    assertEquals([error.code, details.parameter], ["invalid_parameter", parameter]);
    assertEquals([details.other, details.allowed], ["kernel", allowed]);
    assertStringIncludes(error.message, "keys have values, and no");
    refuseBesideKernel(asked, kernelOf(MANIFEST));
    refuseBesideKernel(asked, kernelOf({ ...SUMS, op: "count" }));
  }
  refuseCountOptions({ min: 1, max: 0, columns: ["rank"] }, { op: "sum", type: "i64" }, "kernel");
});

Deno.test("refuseBesideKernel() refuses to change keys whose pairs or values are put together first", () => {
  const combining = { ...SUMS, op: "combine" } as const;
  for (const manifest of [{ ...MANIFEST, output: "pairs" } as const, combining]) {
    for (const count of [{ case: "fold" }, { normalization: "nfc" }] as const) {
      const asked = { count: createCountOptions(count), output: DEFAULT_OUTPUT_OPTIONS };
      const error = assertThrows(() => refuseBesideKernel(asked, kernelOf(manifest)), JobError);
      assertEquals(error.details.parameter, Object.keys(count)[0]);
      refuseBesideKernel(asked, kernelOf(SUMS));
    }
    const kept = createCountOptions({ case: "preserve" });
    refuseBesideKernel({ count: kept, output: DEFAULT_OUTPUT_OPTIONS }, kernelOf(manifest));
  }
});

Deno.test("refuseBesideKernel() lets a number of different texts have a least one", () => {
  const asked = { count: createCountOptions({ min: 2 }), output: DEFAULT_OUTPUT_OPTIONS };
  refuseBesideKernel(asked, kernelOf({ ...MANIFEST, output: "pairs", op: "distinct" }));
  const about = kernelOf({ ...MANIFEST, output: "pairs", op: "approxDistinct" });
  assertThrows(() => refuseBesideKernel(asked, about), JobError);
});

Deno.test("VALUE_CONFLICT_NOTES are of queries that are refused where the kernel emits values", () => {
  for (const { query } of VALUE_CONFLICT_NOTES) {
    const asked = parseCountQuery(query);
    const error = assertThrows(() => refuseBesideKernel(asked, kernelOf(SUMS)), JobError);
    assertEquals(error.details.parameter, query.split("=")[0]);
  }
});
