import { PLAN_NAMES_PARTS } from "../../assembly/records/plan_layout.ts";
import type { RunnableKernel } from "../contract/kernel_manifest.ts";
import { readKernel } from "../kernels/registry.ts";
import { encodePlan } from "./encode_plan.ts";
import type { RecordPlan } from "./record_plan.ts";

let module: Uint8Array<ArrayBuffer> | undefined;

/**
 * The kernel that counts what a plan takes out of records, for `engine.submit`.
 *
 * @throws {RangeError} If no kernel can follow the plan.
 * @throws {Error} If the kernel was not built.
 */
export function recordKernel(plan: RecordPlan): RunnableKernel {
  const options = encodePlan(plan);
  const { records, output } = plan;
  return {
    id: "records",
    module: module ??= readKernel("records"),
    manifest: {
      abi: 1,
      records,
      input: "text",
      output,
      namesParts: options[PLAN_NAMES_PARTS] !== 0,
      options: [],
    },
    options,
    isTrusted: true,
  };
}
