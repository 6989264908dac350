import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import type { ErrorCode } from "../../../src/contract/problems.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { ENDLESS } from "../../../tests/support/modules/endless.ts";
import { kernelOf } from "../../../tests/support/modules/kernels.ts";
import { MODULES } from "../../../tests/support/modules/modules.ts";
import { admitSource } from "./user_runner.ts";
import { WORD_KERNELS } from "./user_sources.ts";

/** What jobs of a busy neighbour run. */
export interface BusyKind {
  name: string;
  /** The server's own without one. */
  kernel?: RunnableKernel;
  /** How each job may fail. A kind without it makes words, which are checked. */
  failures?: readonly ErrorCode[];
}

/** A module that means ill, or is slow. */
type HostileModule = readonly [name: string, () => Uint8Array<ArrayBuffer>, ErrorCode];

/** Turns of a loop that take a core about half a second, for each chunk. */
const SLOW_TURNS = 500_000_000;

const HOSTILE: readonly HostileModule[] = [
  ["an endless loop", MODULES.endless, "kernel_timeout"],
  ["endless output", MODULES.emitsAlways, "kernel_output_too_large"],
  ["growing memory", MODULES.grows, "kernel_out_of_memory"],
  ["a trap at once", () => MODULES.traps(0), "kernel_trapped"],
  ["a full stack", MODULES.recurses, "kernel_trapped"],
  ["slow chunks", () => MODULES.slow(SLOW_TURNS), "kernel_timeout"],
  ["fills of 64 MiB", () => admitEndless("2,000 fills of 64 MiB"), "kernel_timeout"],
];

const FAST = "runs, slices";

/** A kernel that finds words between whitespace, fast. */
export async function createWordKernel(): Promise<RunnableKernel> {
  return (await admitSource(WORD_KERNELS[FAST])).kernel;
}

/** Kernels that neighbours should not notice. */
export function createHostileKinds(): Promise<(BusyKind & { kernel: RunnableKernel })[]> {
  return Promise.all(HOSTILE.map(async ([name, create, failure]) => ({
    name,
    kernel: await kernelOf(create()),
    failures: [failure],
  })));
}

function admitEndless(name: string): Uint8Array<ArrayBuffer> {
  const [, create] = ENDLESS.find(([each]) => each === name)!;
  return admitModule(create()).module;
}
