import { assertEquals } from "@std/assert";
import type { KernelManifest } from "../../../src/contract/kernel_manifest.ts";
import { fakeModule } from "../kernels.ts";
import { post, type TestApp } from "./test_app.ts";

/** Sends a kernel that emits values, sums of `i64` unless it is told otherwise, and gives its id. */
export async function sendValueKernel(
  test: TestApp,
  more: Partial<KernelManifest> = {},
): Promise<string> {
  const module = fakeModule({ name: "group", output: "values", value: "i64", ...more });
  const headers = { "content-type": "application/wasm" };
  const response = await post(test.app, "/v1/kernels", module, { headers });
  const { id, value, op } = await response.json();
  assertEquals([value, op], [more.value ?? "i64", more.op ?? "sum"]);
  return id;
}
