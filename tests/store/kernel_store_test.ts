import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { KvKernels } from "../../src/store/kv_kernels.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import { MemoryStore } from "../../src/store/memory_store.ts";
import { SealedBlobs } from "../../src/store/sealed_blobs.ts";
import { openKv } from "../support/store/stores.ts";
import { kernelOf, moduleOf, testKernels } from "./kernel_conformance.ts";

testKernels({
  name: "MemoryKernels",
  open: () => {
    const store = new MemoryStore({ maxBytes: 1e6 });
    return Promise.resolve({ store, [Symbol.asyncDispose]: () => store.close() });
  },
});

testKernels({
  name: "KvKernels",
  open: async () => {
    const kv = await openKv();
    const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
    const store = new KvStore(kv, { results, heldBytes: 0, shared: true });
    return { store, [Symbol.asyncDispose]: () => store.close() };
  },
});

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

if (canLock) {
  testKernels({
    name: "KvKernels in a data directory",
    open: async () => {
      const path = await Deno.makeTempDir({ prefix: "millrace-" });
      const directory = await openDataDirectory(path, { heldBytes: 0 });
      return {
        store: directory.store,
        [Symbol.asyncDispose]: async () => {
          await directory.close();
          await Deno.remove(path, { recursive: true });
        },
      };
    },
  });
}

async function openKernels(now = () => 0) {
  const kv = await openKv();
  const kernels = new KvKernels(kv, { sync: () => Promise.resolve(), now });
  const keys = async () =>
    (await Array.fromAsync(kv.list({ prefix: [] }))).map(({ key }) => String(key[0]));
  return { kv, kernels, keys, [Symbol.dispose]: () => kv.close() };
}

Deno.test("KvKernels leaves nothing of a kernel that was removed or refused", async () => {
  using test = await openKernels();
  const { record } = await test.kernels.put("t", kernelOf("a", { module: moduleOf(200_000) }));
  const found = ["kernel", "kernel page", "kernel page", "kernel page", "kernel page"];
  assertEquals(await test.keys(), [...found, "kernel sum"]);
  await test.kernels.put("t", kernelOf("a"));
  assertEquals(await test.keys(), [...found, "kernel sum"]);
  await test.kernels.remove("t", record.id);
  assertEquals(await test.keys(), []);
  const large = kernelOf("b", { module: moduleOf(21 * 1024 * 1024) });
  await assertRejects(() => test.kernels.put("t", large), JobError);
  assertEquals(await test.keys(), []);
});

Deno.test("KvKernels removes the pages that a process left when it died, at the next put", async () => {
  let now = 0;
  using test = await openKernels(() => now);
  await test.kv.set(["kernel draft", "t", "left"], 0);
  await test.kv.set(["kernel page", "t", "left", 0], moduleOf(10));
  await test.kernels.put("t", kernelOf("a"));
  assertEquals((await test.keys()).includes("kernel draft"), true);
  now = 11 * 60 * 1000;
  await test.kernels.put("t", kernelOf("b"));
  const left = await Array.fromAsync(test.kv.list({ prefix: ["kernel page", "t", "left"] }));
  assertEquals([left, (await test.keys()).includes("kernel draft")], [[], false]);
});

Deno.test("KvKernels hands out no module and no source that is not as it was kept", async () => {
  using test = await openKernels();
  const { record } = await test.kernels.put("t", kernelOf("a", { module: moduleOf(100_000) }));
  const pages = await Array.fromAsync(test.kv.list<Uint8Array>({ prefix: ["kernel page"] }));
  const { key, value } = pages[0];
  for (const change of [value.with(5, value[5] ^ 1), value.subarray(1)]) {
    await test.kv.set(key, change);
    const error = await assertRejects(() => test.kernels.module("t", record), JobError);
    assertEquals([error.code, error.details.kernel], ["damaged", record.id]);
  }
  await test.kv.set(key, value);
  assertEquals(await test.kernels.module("t", record), moduleOf(100_000));
  await test.kv.set(pages[1].key, pages[1].value.with(-1, 0));
  await assertRejects(() => test.kernels.source("t", record), JobError, "its source");
  await test.kv.delete(key);
  await assertRejects(() => test.kernels.module("t", record), JobError, "a page of it is missing");
});

Deno.test("KvKernels refuses the record of a newer release", async () => {
  using test = await openKernels();
  const { record } = await test.kernels.put("t", kernelOf("a"));
  await test.kv.set(["kernel", "t", record.id], { record: { ...record, version: 2 }, place: "x" });
  await assertRejects(() => test.kernels.get("t", record.id), Error, "its version is 2");
});
