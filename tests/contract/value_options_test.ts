import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { KernelManifest } from "../../src/contract/kernel_manifest.ts";
import { createCountOptions, DEFAULT_OUTPUT_OPTIONS } from "../../src/contract/options.ts";
import { VALUE_CONFLICT_NOTES } from "../../src/contract/parameter_notes.ts";
import { JobError } from "../../src/contract/problems.ts";
import { resultValuesOf } from "../../src/contract/result_values.ts";
import { refuseBesideKernel, refuseCountOptions } from "../../src/contract/value_options.ts";
import { parseCountQuery } from "../../src/http/read/query.ts";
import { MANIFEST } from "../support/kernels.ts";

const SUMS: KernelManifest = { ...MANIFEST, output: "values", value: "i64" };

function kernelOf(manifest: KernelManifest) {
  const empty = new Uint8Array(0);
  return { id: "group", module: empty, options: empty, manifest };
}

Deno.test("resultValuesOf() says what results hold: averages are doubles, counts are no values", () => {
  assertEquals(resultValuesOf(MANIFEST), undefined);
  assertEquals(resultValuesOf(SUMS), { op: "sum", type: "i64" });
  for (const value of ["i64", "f64"] as const) {
    for (const op of ["sum", "min", "max"] as const) {
      assertEquals(resultValuesOf({ value, op }), { op, type: value });
    }
    assertEquals(resultValuesOf({ value, op: "avg" }), { op: "avg", type: "f64" });
    assertEquals(resultValuesOf({ value, op: "count" }), undefined);
  }
});

Deno.test("refuseBesideKernel() refuses what only counts have, and takes its defaults", () => {
  const refused = [
    [{ min: 2 }, {}, "min", 1],
    [{ min: 0 }, {}, "min", 1],
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
    assertStringIncludes(error.message, "the kernel emits values, which have no");
    refuseBesideKernel(asked, kernelOf(MANIFEST));
    refuseBesideKernel(asked, kernelOf({ ...SUMS, op: "count" }));
  }
  refuseCountOptions({ min: 1, columns: ["rank"] }, { op: "sum", type: "i64" });
});

Deno.test("VALUE_CONFLICT_NOTES are of queries that are refused where the kernel emits values", () => {
  for (const { query } of VALUE_CONFLICT_NOTES) {
    const asked = parseCountQuery(query);
    const error = assertThrows(() => refuseBesideKernel(asked, kernelOf(SUMS)), JobError);
    assertEquals(error.details.parameter, query.split("=")[0]);
  }
});
