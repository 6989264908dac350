import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { createCountOptions } from "../../src/contract/options.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import { NewerRecordError } from "../../src/store/read_job_record.ts";
import { SealedBlobs } from "../../src/store/sealed_blobs.ts";
import { openKv } from "../support/store/stores.ts";
import { resultOf } from "../support/results.ts";
import { addDone, recordOf, testStore } from "./conformance.ts";

testStore({
  name: "KvStore with pages",
  open: async (clock) => {
    const kv = await openKv();
    const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
    const store = new KvStore(kv, {
      results,
      heldBytes: 0,
      shared: true,
      now: () => clock.now,
    });
    return { store, [Symbol.asyncDispose]: () => store.close() };
  },
});

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

for (const heldBytes of canLock ? [0, 1e6] : []) {
  testStore({
    name: `KvStore with files, ${heldBytes} bytes held`,
    open: async (clock) => {
      const path = await Deno.makeTempDir({ prefix: "millrace-" });
      const directory = await openDataDirectory(path, { heldBytes, now: () => clock.now });
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

Deno.test("KvStore refuses a job whose options do not fit a record", async () => {
  const kv = await openKv();
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
  const store = new KvStore(kv, { results, heldBytes: 0, shared: true });
  const record = recordOf({ kernel: { id: "k", options: { text: "x".repeat(24_000) } } });
  const error = await assertRejects(() => store.create(record), JobError);
  assertEquals([error.code, error.details.limit], ["job_too_large", 24_000]);
  const patterns = Array.from({ length: 700 }, (_, i) => `${i}${"é".repeat(500)}`);
  const long = recordOf({ options: createCountOptions({ tokenizer: "pattern", patterns }) });
  const refused = await assertRejects(() => store.create(long), JobError);
  assertEquals([refused.code, refused.details.limit], ["job_too_large", 640 * 1024]);
  await store.close();
});

Deno.test("KvStore keeps the longest lists of options beside a job's record, and removes them with it", async () => {
  const kv = await openKv();
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
  const store = new KvStore(kv, { results, heldBytes: 0, shared: true, now: () => 0 });
  const patterns = Array.from({ length: 10_000 }, (_, i) => `pattern ${i}, é漢`);
  const options = createCountOptions({ tokenizer: "pattern", patterns });
  const [first, second] = [recordOf({ options }), recordOf({ options, tenant: "t" })];
  for (const record of [first, second]) await store.create(record);
  const { record, version } = (await store.get(first.id))!;
  assertEquals(record, first);
  await store.replace({ ...record, attempt: 2 }, version);
  assertEquals((await store.get(first.id))!.record, { ...first, attempt: 2 });
  assertEquals(await Array.fromAsync(store.list("t")), [second]);
  assertEquals((await Array.fromAsync(store.unfinished())).length, 2);
  assertEquals(await store.remove(first.id), true);
  const left = await Array.fromAsync(kv.list({ prefix: ["lists"] }));
  assertEquals([...new Set(left.map(({ key }) => key[1]))], [second.id]);
  await store.remove(second.id);
  assertEquals(await Array.fromAsync(kv.list({ prefix: [] })), []);
  await store.close();
});

Deno.test("KvStore drops results that another has taken the place of", async () => {
  const kv = await openKv();
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
  const store = new KvStore(kv, { results, heldBytes: 0, shared: true, now: () => 0 });
  const done = await addDone(store, recordOf());
  for (const attempt of [2, 3, 4]) {
    await store.saveResult(done.id, attempt, resultOf([["c", attempt]]).segment);
  }
  const { version } = (await store.get(done.id))!;
  const result = { ...done.result!, attempt: 3 };
  await store.replace({ ...done, attempt: 4, result }, version);
  await store.dropOrphans(new AbortController().signal);
  const names = await Array.fromAsync(results.names());
  assertEquals(names.sort(), [`${done.id}.3`, `${done.id}.4`]);
  await store.close();
});

Deno.test("KvStore that is shared leaves records of a newer release to instances of that release", async () => {
  const kv = await openKv();
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
  const store = new KvStore(kv, { results, heldBytes: 0, shared: true, now: () => 5000 });
  const [known, newer] = [recordOf(), recordOf()];
  for (const record of [known, newer]) await store.create(record);
  await kv.set(["job", newer.id], { ...newer, version: 3, expiresAt: 1000 });
  await kv.set(["expiry", 1000, newer.id], 0);
  const error = await assertRejects(() => store.get(newer.id), NewerRecordError);
  assertMatch(error.message, new RegExp(`job ${newer.id}: its version is 3`));
  const unfinished = await Array.fromAsync(store.unfinished(), ({ record }) => record.id);
  assertEquals(unfinished, [known.id]);
  assertEquals(await Array.fromAsync(store.list(undefined), ({ id }) => id), [known.id]);
  await store.sweep();
  assertEquals((await kv.get<{ version: number }>(["job", newer.id])).value!.version, 3);
  await store.close();
});
