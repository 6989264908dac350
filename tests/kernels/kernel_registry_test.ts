import { resetSync } from "@logtape/logtape";
import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import type { KernelManifest, RunnableKernel } from "../../src/contract/kernel_manifest.ts";
import { JobError } from "../../src/contract/problems.ts";
import { FILE_LIBRARY } from "../../src/kernels/kernel_library.ts";
import { NO_MAKER } from "../../src/kernels/kernel_maker.ts";
import { KernelRegistry } from "../../src/kernels/kernel_registry.ts";
import { Workshop } from "../../src/kernels/workshop.ts";
import { MemoryKernels } from "../../src/store/memory_kernels.ts";
import {
  createKernels,
  FAKE_LIBRARY,
  FakeMaker,
  fakeModule,
  MANIFEST,
} from "../support/kernels.ts";
import { captureLogs } from "../support/logs.ts";

Deno.test("KernelRegistry prepares what was chosen: the module is the same object each time", async () => {
  const kernels = createKernels(new MemoryKernels());
  const { kernel } = await kernels.push({ source: "a x" }, "t");
  const choice = await kernels.choose({ name: kernel.id.slice(0, 9), options: {} }, "t");
  assertEquals(choice.id, kernel.id);
  const [first, second] = [await kernels.prepare(choice, "t"), await kernels.prepare(choice, "t")];
  assertStrictEquals(first.module, second.module);
  const ofLibrary = { id: "log-status", options: { field: 3 } };
  assertStrictEquals(
    (await kernels.prepare(ofLibrary, undefined)).module,
    (await kernels.prepare(ofLibrary, "t")).module,
  );
  await kernels.remove(kernel.id, "t");
  const gone = await assertRejects(() => kernels.prepare(choice, "t"), JobError);
  assertEquals([gone.code, gone.details.kernel], ["unknown_kernel", kernel.id]);
});

Deno.test("KernelRegistry makes a kept kernel anew that an older gate let in, or says what to do", async () => {
  const store = new MemoryKernels();
  const maker = new FakeMaker();
  const kernels = createKernels(store, maker);
  const old = { manifest: MANIFEST, createdAt: 0, module: fakeModule() };
  await store.put("t", { ...old, id: "0".repeat(64), source: "a x" });
  await store.put("t", { ...old, id: "1".repeat(64), module: fakeModule({ name: "sent" }) });
  for (let i = 0; i < 2; i++) {
    const { module } = await kernels.prepare({ id: "0".repeat(64), options: {} }, "t");
    assert(await maker.isAdmitted(module));
  }
  assertEquals(maker.made, { compiled: 1, admitted: 1, warmed: 0 });
  const sent = { id: "1".repeat(64), options: {} };
  const error = await assertRejects(() => kernels.prepare(sent, "t"), JobError);
  assertEquals([error.code, error.details.kernel], ["kernel_refused", sent.id]);
});

Deno.test("KernelRegistry makes one kernel of two requests that send the same at once", async () => {
  const kernels = createKernels(new MemoryKernels());
  const pushes = [1, 2].map(() => kernels.push({ module: fakeModule() }, undefined));
  const made = await Promise.all(pushes);
  assertEquals(made.map(({ isNew }) => isNew).sort(), [false, true]);
  assertEquals((await kernels.list(undefined)).filter(({ builtIn }) => !builtIn).length, 1);
});

Deno.test("KernelRegistry leaves a kernel of the library out that the gate refuses, and says so once", async () => {
  const lines = captureLogs();
  const maker = new FakeMaker();
  const kernels = new KernelRegistry(new MemoryKernels(), { maker, library: FAKE_LIBRARY });
  for (let i = 0; i < 2; i++) {
    assertEquals((await kernels.list(undefined)).map(({ id }) => id), ["log-status"]);
  }
  assertEquals(maker.made.admitted, 1);
  resetSync();
  assertEquals(lines.filter(({ kernel }) => kernel === "broken").length, 1);
});

Deno.test("KernelRegistry without a maker keeps nothing and says why", async () => {
  const parts = { maker: NO_MAKER, library: FILE_LIBRARY };
  const kernels = new KernelRegistry(new MemoryKernels(), parts);
  for (const sent of [{ source: "a" }, { module: fakeModule() }]) {
    const error = await assertRejects(() => kernels.push(sent, undefined), JobError);
    assertEquals(error.code, "compiler_unavailable");
  }
  assert((await FILE_LIBRARY.names()).every((name) => /^[a-z]/.test(name)));
});

Deno.test("KernelRegistry tries what combines before it keeps it, and nothing else", async () => {
  const tried: [string | undefined, string][] = [];
  const refusal = new JobError("kernel_refused", "Cannot admit kernel: no");
  const trier = {
    checkCombine: ({ manifest, options }: RunnableKernel) => {
      tried.push([manifest.name, new TextDecoder().decode(options)]);
      return manifest.name === "wrong" ? Promise.reject(refusal) : Promise.resolve();
    },
  };
  const parts = { maker: new FakeMaker(), library: FAKE_LIBRARY, trier };
  const kernels = new KernelRegistry(new MemoryKernels(), parts);
  const push = (name: string, terms: Partial<KernelManifest>) =>
    kernels.push({ module: fakeModule({ name, ...terms }) }, undefined);
  await push("keys", {});
  await push("sums", { output: "values", value: "i64" });
  const combine = { output: "values", value: "i64", op: "combine" } as const;
  await push("right", combine);
  await push("right", combine); // it is there already
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => push("wrong", combine), JobError);
    assertStrictEquals(error, refusal);
  }
  const options = '{"field":8,"bytes":0,"share":0.5,"strict":false,"separator":" "}';
  assertEquals(tried, ["right", "wrong", "wrong"].map((name) => [name, options]));
  const kept = (await kernels.list(undefined)).filter(({ builtIn }) => !builtIn);
  assertEquals(kept.map(({ name }) => name).sort(), ["keys", "right", "sums"]);
});

Deno.test("KernelRegistry refuses a source whose combine depends on order, with what shows it", async () => {
  await using workshop = new Workshop();
  const kernels = new KernelRegistry(new MemoryKernels(), workshop);
  const push = (body: string) =>
    kernels.push({
      source: `import { emitValue } from "millrace";
export function map(line: string): void { emitValue("all", line.length); }
export function combine(a: i64, b: i64): i64 { ${body} }`,
    }, undefined);
  assertEquals((await push("return max(a, b);")).kernel.manifest.op, "combine");
  const error = await assertRejects(() => push("return a - b;"), JobError);
  assertEquals([error.code, error.status], ["kernel_refused", 422]);
  assert(error.message.includes("combine(1, 2) is -1, and combine(2, 1) is 1"), error.message);
});
