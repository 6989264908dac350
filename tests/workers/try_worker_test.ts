import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { admitModule } from "../../src/kernels/gate/admit_module.ts";
import { WorkerTrier } from "../../src/kernels/worker_trier.ts";
import type { ValueType } from "../../src/contract/kernel_manifest.ts";
import { kernelOf as kernelOfModule } from "../support/modules/kernels.ts";
import { MODULES } from "../support/modules/modules.ts";
import { encodeValues } from "../support/values.ts";
import { PATIENCE_MS } from "../support/waits.ts";
import { i32 } from "../support/modules/binary.ts";
import { kernelModule, T_MAP, T_PAIR, T_RESERVE } from "../support/modules/kernel_module.ts";

const ENTRY = new URL("../../workers/try_worker.ts", import.meta.url);
/** A busy machine must not end kernels before they end themselves. */
const UNHURRIED = { ms: PATIENCE_MS };
const RECORD = 2048;
const HEADER = RECORD - 4;

/** A kernel whose `mr_map` has this code; function 0 is `drain`, if it asks for it. */
function kernelOf(code: number[]) {
  const bytes = kernelModule({
    imports: [{ module: "millrace", name: "drain", type: T_PAIR }],
    functions: [{ type: T_RESERVE, code: i32(RECORD) }, { type: T_MAP, code }],
  });
  const { module, manifest } = admitModule(bytes);
  return { id: "k", module, manifest, options: new TextEncoder().encode("{}") };
}

const LENGTH = [0x20, 0]; // local.get 0
const STORE = [0x36, 2, 0];
const ADD = [0x6a];
const emitRecord = [
  ...i32(HEADER),
  ...LENGTH,
  ...STORE,
  ...i32(HEADER),
  ...LENGTH,
  ...i32(4),
  ...ADD,
  0x10,
  0,
];

const record = new TextEncoder().encode("GET /é");

Deno.test("try_worker runs a kernel on its record, and says what it used", async () => {
  const trial = await new WorkerTrier(ENTRY, UNHURRIED).try(
    kernelOf([...emitRecord, ...emitRecord]),
    record,
  );
  assertEquals(trial.emitted, [{ key: "GET /é", value: 1 }, { key: "GET /é", value: 1 }]);
  assertEquals(trial.output.used, 2 * (4 + record.length));
  assertEquals(trial.memory, { used: 65_536, limit: 64 * 1024 * 1024 });
});

Deno.test("try_worker repairs the record of a kernel that takes text, and of no other", async () => {
  // Emits one byte: how many the record has.
  const emitLength = [i32(HEADER), i32(1), STORE, i32(RECORD), LENGTH, STORE, i32(HEADER), i32(5)];
  const kernel = kernelOf([...emitLength.flat(), 0x10, 0]);
  const taker = { ...kernel, manifest: { ...kernel.manifest, input: "text" } as const };
  const broken = new Uint8Array([0x61, 0xff]);
  const trier = new WorkerTrier(ENTRY, UNHURRIED);
  assertEquals((await trier.try(taker, broken)).emitted, [{ key: "\x04", value: 1 }]);
  assertEquals((await trier.try(kernel, broken)).emitted, [{ key: "\x02", value: 1 }]);
});

Deno.test("try_worker shows the values that a kernel emits, and refuses what is none", async () => {
  const kernel = (value: ValueType) => {
    const terms = { output: "values", value, records: "fixed:16" } as const;
    return kernelOfModule(MODULES.passes(), terms);
  };
  const trier = new WorkerTrier(ENTRY, UNHURRIED);
  const most = 2n ** 63n - 1n;
  const integers = encodeValues([["a", most], ["b", -1n]]);
  const { emitted, output } = await trier.try(await kernel("i64"), integers);
  assertEquals(emitted, [{ key: "a", value: most }, { key: "b", value: -1n }]);
  assertEquals(output.used, 32);
  const doubles = await trier.try(await kernel("f64"), encodeValues([["a", 0.1]]));
  assertEquals(doubles.emitted, [{ key: "a", value: 0.1 }]);
  const none = trier.try(await kernel("f64"), encodeValues([["a", NaN]]));
  assertEquals((await assertRejects(() => none, JobError)).code, "kernel_trapped");
});

Deno.test("try_worker says why a kernel ended", async () => {
  const loop = [0x03, 0x40, 0x0c, 0, 0x0b]; // loop br 0 end
  const endless = [0x03, 0x40, ...emitRecord, 0x0c, 0, 0x0b];
  const grow = [0x03, 0x40, ...i32(16), 0x40, 0, 0x41, 0x7f, 0x47, 0x0d, 0, 0x0b, 0x00];
  const recurse = [...LENGTH, 0x10, 2];
  const rows = [
    [endless, "kernel_output_too_large"],
    [grow, "kernel_out_of_memory"],
    [[0x00], "kernel_trapped"],
    [recurse, "kernel_trapped"],
  ] as const;
  const codeOf = async (code: readonly number[], ms: number) => {
    const trier = new WorkerTrier(ENTRY, { ms });
    return (await assertRejects(() => trier.try(kernelOf([...code]), record), JobError)).code;
  };
  assertEquals(await codeOf(loop, 300), "kernel_timeout");
  for (const [code, expected] of rows) assertEquals(await codeOf(code, UNHURRIED.ms), expected);
});

Deno.test("try_worker says of a trap without a word how much memory there was", async () => {
  const error = await assertRejects(
    () => new WorkerTrier(ENTRY, UNHURRIED).try(kernelOf([0x00]), record),
    JobError,
    "its memory has 65536 of at most 67108864 bytes",
  );
  assertEquals(error.code, "kernel_trapped");
});
