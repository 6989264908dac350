import type { KernelManifest, RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import type { ErrorCode } from "../../../src/contract/problems.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { encodePairs } from "../pairs.ts";
import { encodeValues } from "../values.ts";
import { custom } from "./binary.ts";
import { combiningModule, repeatingModule } from "./combining.ts";
import { kernelOf } from "./kernels.ts";
import { MODULES } from "./modules.ts";
import { sentModule } from "./sent_module.ts";

/** A kind of kernel: what it is given, and what becomes of it. */
export interface Kind {
  name: string;
  /** As the gate would leave it. */
  module: Uint8Array<ArrayBuffer>;
  /** What comes to that, as a client sends it; modules of other numbers differ. */
  sent: (number: number) => Uint8Array<ArrayBuffer>;
  terms: Partial<KernelManifest>;
  text: Uint8Array<ArrayBuffer>;
  /** What it fails with, or the keys with their counts or values, in order of the keys. */
  outcome: ErrorCode | readonly (readonly [key: string, count: number])[];
}

const LINES = new TextEncoder().encode("b\na\nb\n");
const COUNTS = [["a", 1], ["b", 2]] as const;
const FIXED = { records: "fixed:16" } as const;
const VALUES = { output: "values", value: "i64", ...FIXED } as const;
const VALUE_TEXT = encodeValues([["a", 5n], ["b", 7n], ["a", -2n]]);
const PAIRS = { output: "pairs", records: "fixed:10" } as const;
const PAIR_TEXT = encodePairs([["a", "x"], ["a", "y"], ["b", "x"], ["a", "x"]]);

function kind(
  name: string,
  module: Uint8Array<ArrayBuffer>,
  outcome: Kind["outcome"],
  terms: Partial<KernelManifest> = {},
  text = LINES,
): Kind {
  const sent = (number: number) => sentModule(module, terms, number);
  return { name, module, sent, outcome, terms, text };
}

/** A kind whose module comes out of a compiler. */
function compiledKind(name: string, sent: Uint8Array<ArrayBuffer>, outcome: Kind["outcome"]): Kind {
  const { module, manifest: terms } = admitModule(sent);
  return { name, module, sent: (i) => withNumber(sent, i), outcome, terms, text: VALUE_TEXT };
}

/** Sections that nobody knows are dropped. */
function withNumber(module: Uint8Array, number: number): Uint8Array<ArrayBuffer> {
  const note = custom("number", [...new TextEncoder().encode(String(number))]);
  return Uint8Array.from([...module, ...note]);
}

/** Kernels of all outputs, harmless ones and those that fail in every way. */
export async function createZoo(): Promise<Kind[]> {
  const [combines, repeats, traps] = await Promise.all([
    combiningModule(),
    repeatingModule(2),
    combiningModule("unreachable(); return 0;"),
  ]);
  return [
    kind("lines", MODULES.lines(), COUNTS),
    kind("windows", MODULES.windows(), COUNTS, { output: "windows" }),
    kind("slow", MODULES.slow(10_000), COUNTS),
    kind("sum", MODULES.passes(), [["a", 3], ["b", 7]], { ...VALUES, op: "sum" }, VALUE_TEXT),
    kind("min", MODULES.passes(), [["a", -2], ["b", 7]], { ...VALUES, op: "min" }, VALUE_TEXT),
    kind("avg", MODULES.passes(), [["a", 1.5], ["b", 7]], { ...VALUES, op: "avg" }, VALUE_TEXT),
    kind("count", MODULES.passes(), [["a", 2], ["b", 1]], { ...VALUES, op: "count" }, VALUE_TEXT),
    kind("distinct", MODULES.passes(), [["a", 2], ["b", 1]], PAIRS, PAIR_TEXT),
    kind(
      "estimate",
      MODULES.passes(),
      [["a", 2], ["b", 1]],
      { ...PAIRS, op: "approxDistinct" },
      PAIR_TEXT,
    ),
    // Values are multiplied modulo 1,000,003, and 1 is added.
    compiledKind("combine", combines, [["a", -9], ["b", 8]]),
    kind("grows", MODULES.grows(), "kernel_out_of_memory"),
    kind("traps", MODULES.traps(1), "kernel_trapped"),
    kind("recurses", MODULES.recurses(), "kernel_trapped"),
    kind("fails", MODULES.fails("no"), "kernel_trapped"),
    kind("lies", MODULES.lies(), "kernel_trapped"),
    kind("reserves nowhere", MODULES.reservesNowhere(), "kernel_trapped"),
    kind("emits always", MODULES.emitsAlways(), "kernel_output_too_large"),
    kind("a huge key", MODULES.hugeKey(65_537), "kernel_output_too_large"),
    kind("half a key", MODULES.drains([5], 8), "kernel_trapped"),
    kind("half a value", MODULES.drains([5], 8), "kernel_trapped", VALUES, VALUE_TEXT),
    kind("half a pair", MODULES.drains([5, 5], 8), "kernel_trapped", PAIRS, PAIR_TEXT),
    compiledKind("combine traps", traps, "kernel_trapped"),
    compiledKind("combine repeats", repeats, "kernel_output_too_large"),
    kind("endless", MODULES.endless(), "kernel_timeout"),
    kind("endless at its start", MODULES.endlessStart(), "kernel_timeout"),
  ];
}

/** A kernel of a kind that is like no other one, by a number. */
export function kernelOfKind({ module, terms }: Kind, i: number): Promise<RunnableKernel> {
  return kernelOf(withNumber(module, i), terms);
}
