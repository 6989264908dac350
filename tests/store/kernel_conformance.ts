import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import {
  KERNEL_LIMITS,
  KERNEL_RECORD_VERSION,
  type KernelStore,
  MOST_MANIFEST_BYTES,
  type NewKernel,
  sha256,
} from "../../src/store/kernel_store.ts";
import type { Driver } from "./conformance.ts";

const MANIFEST = {
  abi: 1,
  name: "log-status",
  records: "line",
  output: "keys",
  options: [{ name: "field", type: "i32", default: 8 }],
} as const;

/** A module of some length, whose bytes are not all the same. */
export function moduleOf(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).map((_, i) => (i * 7 + (i >> 8)) & 255);
}

/** A kernel as a client's source makes it. */
export function kernelOf(source: string, change: Partial<NewKernel> = {}): NewKernel {
  return {
    id: sha256(new TextEncoder().encode(source)),
    manifest: MANIFEST,
    createdAt: 1,
    module: moduleOf(100),
    source,
    ...change,
  };
}

/** What every store does with kernels. */
export function testKernels({ name, open }: Driver): void {
  const test = (what: string, run: (store: KernelStore) => Promise<void>) =>
    Deno.test(`${name}: ${what}`, async () => {
      await using opened = await open({ now: 0 });
      await run(opened.store.kernels);
    });

  test("a kernel gives back its module and its source, of any length", async (store) => {
    const sizes = [[1, 0], [59_999, 1], [60_000, 65_536], [120_000, 5], [1_300_000, 65_536]];
    for (const [moduleBytes, sourceBytes] of sizes) {
      const text = `\ufeff${moduleBytes}${"é".repeat(sourceBytes / 2)}`;
      const source = sourceBytes === 0 ? undefined : text;
      const module = moduleOf(moduleBytes);
      const id = sha256(source === undefined ? module : new TextEncoder().encode(source));
      const put = await store.put("t", { id, manifest: MANIFEST, createdAt: 5, module, source });
      assert(put.isNew);
      assertEquals(put.record, {
        version: KERNEL_RECORD_VERSION,
        id,
        manifest: MANIFEST,
        createdAt: 5,
        digest: sha256(module),
        moduleBytes,
        ...(source !== undefined && { sourceBytes: new TextEncoder().encode(source).length }),
      });
      assertEquals(await store.get("t", id), put.record);
      const read = await store.module("t", put.record);
      assert(read?.length === moduleBytes && read.every((byte, i) => byte === module[i]));
      assertEquals(await store.source("t", put.record), source);
    }
  });

  test("a kernel that is there already stays as it is", async (store) => {
    const kernel = kernelOf("a");
    const puts = [store.put(undefined, kernel), store.put(undefined, { ...kernel, createdAt: 2 })];
    const made = await Promise.all(puts);
    assertEquals(made.map(({ isNew }) => isNew).sort(), [false, true]);
    assertEquals(made[0].record, made[1].record);
    assertEquals(await store.list(undefined), [made[0].record]);
    const module = await store.module(undefined, made[0].record);
    assertEquals(module, kernel.module);
  });

  test("a tenant sees its own kernels, the oldest first, and no other's", async (store) => {
    const [b, a] = [kernelOf("b", { createdAt: 1 }), kernelOf("a", { createdAt: 2 })];
    for (const kernel of [a, b]) await store.put("one", kernel);
    await store.put(undefined, a);
    assertEquals((await store.list("one")).map(({ id }) => id), [b.id, a.id]);
    assertEquals((await store.list(undefined)).map(({ id }) => id), [a.id]);
    assertEquals(await store.list("two"), []);
    assertEquals(await store.get("two", a.id), undefined);
    assertEquals(await store.remove("two", a.id), false);
    assertEquals((await store.list("one")).length, 2);
  });

  test("a kernel that is removed is gone, and may come again", async (store) => {
    const { record } = await store.put("t", kernelOf("a"));
    assertEquals(await store.remove("t", record.id), true);
    assertEquals(await store.remove("t", record.id), false);
    assertEquals(await store.get("t", record.id), undefined);
    assertEquals(await store.module("t", record), undefined);
    assertEquals(await store.source("t", record), undefined);
    assertEquals((await store.put("t", kernelOf("a", { createdAt: 9 }))).isNew, true);
    assertEquals((await store.get("t", record.id))?.createdAt, 9);
  });

  test("a tenant keeps so many kernels and no more, until one is removed", async (store) => {
    const ids: string[] = [];
    for (let i = 0; i < KERNEL_LIMITS.kernels; i++) {
      ids.push((await store.put("t", kernelOf(`${i}`))).record.id);
    }
    const error = await assertRejects(() => store.put("t", kernelOf("more")), JobError);
    assertEquals([error.code, error.details.limit], ["too_many_kernels", KERNEL_LIMITS]);
    assertEquals((await store.put("t", kernelOf("0"))).isNew, false);
    assertEquals((await store.put("other", kernelOf("more"))).isNew, true);
    await store.remove("t", ids[0]);
    const puts = ["more", "and more"].map((source) => store.put("t", kernelOf(source)));
    const settled = await Promise.allSettled(puts);
    assertEquals(settled.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assertEquals((await store.list("t")).length, KERNEL_LIMITS.kernels);
  });

  test("a kernel's manifest may be so long and no longer, in any script", async (store) => {
    const withDefault = (text: string) => ({
      ...MANIFEST,
      options: [{ name: "text", type: "string", default: text }] as const,
    });
    const rest = JSON.stringify(withDefault("")).length;
    const texts = ["x".repeat(MOST_MANIFEST_BYTES - rest), "日".repeat(5400)];
    for (const text of texts) {
      const kernel = kernelOf(text.slice(0, 5), { manifest: withDefault(text) });
      const { record } = await store.put("t", kernel);
      assertEquals((await store.get("t", record.id))?.manifest, kernel.manifest);
    }
    const long = kernelOf("long", { manifest: withDefault(`${texts[0]}x`) });
    const error = await assertRejects(() => store.put("t", long), JobError);
    assertEquals([error.code, error.details.limit], ["kernel_too_large", MOST_MANIFEST_BYTES]);
    const many = Array.from(
      { length: 100 },
      (_, i) => ({ name: `o${i}`, type: "string", default: "é".repeat(50) }) as const,
    );
    const kernel = kernelOf("many", { manifest: { ...MANIFEST, options: many } });
    assertEquals((await store.put("t", kernel)).isNew, true);
  });

  test("a tenant's kernels have so many bytes and no more", async (store) => {
    const half = moduleOf(KERNEL_LIMITS.bytes / 2);
    await store.put("t", kernelOf("a", { module: half }));
    const large = kernelOf("b", { module: half });
    const error = await assertRejects(() => store.put("t", large), JobError);
    assertEquals([error.code, error.details.limit], ["too_many_kernels", KERNEL_LIMITS]);
    assertEquals(await store.get("t", large.id), undefined);
    const fits = kernelOf("b", { module: half.subarray(2) });
    assertEquals((await store.put("t", fits)).isNew, true);
  });
}
