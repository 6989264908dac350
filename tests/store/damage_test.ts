import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { JobError } from "../../src/contract/problems.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { openDataDirectory } from "../../src/store/data_directory.ts";
import { inputBlob, resultBlob } from "../../src/store/job_blobs.ts";
import { Disk } from "../../src/store/disk.ts";
import { FileBlobs } from "../../src/store/file_blobs.ts";
import { createJobId, finish, type JobRecord } from "../../src/store/job_record.ts";
import type { JobStore } from "../../src/store/job_store.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { KvStore } from "../../src/store/kv_store.ts";
import { SEAL_PAGE_BYTES as PAGE } from "../../src/store/seal.ts";
import { SealedBlobs } from "../../src/store/sealed_blobs.ts";
import { captureLogs } from "../support/logs.ts";
import { openKv } from "../support/store/stores.ts";
import { resultOf } from "../support/results.ts";
import { recordOf } from "./conformance.ts";

const canLock = "tryLock" in Deno.FsFile.prototype;

/** Three pages and a bit. */
const COUNTS = Array.from({ length: 9000 }, (_, i): [string, number] => [`key number ${i}`, i + 1]);
const RESULT_BYTES = Segment.from(COUNTS).byteLength;

type Bytes = Uint8Array<ArrayBuffer>;

function flip(bytes: Bytes, at: number): Bytes {
  const changed = bytes.slice();
  changed[at] ^= 1;
  return changed;
}

/** What may become of a file; undefined for none at all. `other` is another job's file. */
const DAMAGES: Record<string, (bytes: Bytes, other: Bytes) => Bytes | undefined> = {
  ...Object.fromEntries(
    [0, 1, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE, RESULT_BYTES - 1, RESULT_BYTES, RESULT_BYTES + 5]
      .map((length) => [`cut to ${length} bytes`, (bytes: Bytes) => bytes.slice(0, length)]),
  ),
  "a flipped bit of the first count": (bytes) => flip(bytes, 0),
  "a flipped bit of the first key's length": (bytes) => flip(bytes, 8),
  "a flipped bit of the first key": (bytes) => flip(bytes, 14),
  "a flipped bit behind the first page": (bytes) => flip(bytes, PAGE),
  "a flipped bit of the last page": (bytes) => flip(bytes, RESULT_BYTES - 1),
  "a flipped bit of a sum": (bytes) => flip(bytes, RESULT_BYTES + 2),
  "a page of zeros": (bytes) => bytes.slice().fill(0, PAGE, 2 * PAGE),
  "zeros alone": (bytes) => new Uint8Array(bytes.length),
  "more zeros at its end": (bytes) => new Uint8Array([...bytes, ...new Uint8Array(100)]),
  "two pages swapped": (bytes) => {
    const changed = bytes.slice();
    changed.copyWithin(0, PAGE, 2 * PAGE);
    changed.set(bytes.subarray(0, PAGE), PAGE);
    return changed;
  },
  "the bytes of another job": (_, other) => other,
  "no file": () => undefined,
};

async function addDone(store: JobStore, counts: readonly [string, number][]): Promise<JobRecord> {
  const record = recordOf({ id: createJobId() });
  const version = await store.create(record);
  const result = resultOf(counts);
  const seal = await store.saveResult(record.id, 1, result.segment);
  const end = { now: 0, ttlMs: 1e6, progress: record.progress, seal };
  const done = finish(record, result, end);
  assert(await store.replace(done, version!));
  return done;
}

/** All rows of a result, as an answer reads them: through a cursor. */
async function rowsOf(store: JobStore, record: JobRecord) {
  const segment = await store.loadResult(record);
  try {
    return segment!.toArray();
  } finally {
    segment?.close();
  }
}

/** Reading must fail as damaged, and the log must name the place. */
async function assertDamaged(what: string, read: () => Promise<unknown>, says = ""): Promise<void> {
  const said = captureLogs();
  try {
    const error = await assertRejects(read, JobError, undefined, what);
    assertEquals([error.code, error.status], ["damaged", 500], what);
    assert(!error.message.includes("/"), `clients learn no path: ${error.message}`);
    assertStringIncludes(error.message, says, what);
    const line = said.find(({ msg }) => msg === "Stored data is damaged");
    assertEquals([line?.level, typeof line?.place], ["error", "string"], what);
  } finally {
    resetSync();
  }
}

for (const heldBytes of canLock ? [0, 1e9] : []) {
  Deno.test(`a result in a file is whole or damaged, with ${heldBytes} bytes held`, async () => {
    const path = await Deno.makeTempDir({ prefix: "millrace-" });
    const open = () => openDataDirectory(path, { heldBytes, now: () => 0 });
    const fileOf = ({ id, result }: JobRecord) => `${path}/results/${resultBlob(id, result!).name}`;
    let directory = await open();
    const done = await addDone(directory.store, COUNTS);
    const others = await addDone(directory.store, COUNTS.map(([key, count]) => [key, count + 1]));
    const [bytes, other] = await Promise.all(
      [done, others].map((each) => Deno.readFile(fileOf(each))),
    );
    const rows = Segment.from(COUNTS).toArray();
    for (const [what, damage] of Object.entries(DAMAGES)) {
      const changed = damage(bytes, other);
      if (changed) await Deno.writeFile(fileOf(done), changed);
      else await Deno.remove(fileOf(done));
      await directory.close(); // whoever opens it holds nothing of it in memory
      directory = await open();
      const says = changed && changed.length !== bytes.length
        ? `it has ${changed.length} bytes, not ${bytes.length}`
        : "";
      await assertDamaged(what, () => rowsOf(directory.store, done), says);
      await Deno.writeFile(fileOf(done), bytes);
      assertEquals(await rowsOf(directory.store, done), rows, what);
    }
    await directory.store.remove(done.id);
    assertEquals(await directory.store.loadResult(done), undefined); // which is no damage
    await directory.close();
    await Deno.remove(path, { recursive: true });
  });
}

Deno.test("a large result that is damaged on its last page gives the pages before, and fails", async () => {
  if (!canLock) return;
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const directory = await openDataDirectory(path, { heldBytes: 0, now: () => 0 });
  const done = await addDone(directory.store, COUNTS);
  const file = `${path}/results/${done.id}.1`;
  await Deno.writeFile(file, flip(await Deno.readFile(file), RESULT_BYTES - 1));
  const segment = (await directory.store.loadResult(done))!;
  const cursor = segment.records();
  assertEquals(cursor.next(), true);
  const seen = cursor.bytes.slice(cursor.keyStart, cursor.keyEnd);
  assertEquals(new TextDecoder().decode(seen), "key number 0");
  await assertDamaged("last page", async () => {
    while (cursor.next()) await undefined;
  });
  segment.close();
  await directory.close();
  await Deno.remove(path, { recursive: true });
});

Deno.test("a result in pages of Deno KV is whole or damaged", async () => {
  const kv = await openKv();
  const results = new SealedBlobs(new KvBlobs(kv, "result", { ttlMs: 60_000 }));
  const store = new KvStore(kv, { results, heldBytes: 0, shared: true, now: () => 0 });
  const done = await addDone(store, COUNTS);
  const rows = Segment.from(COUNTS).toArray();
  const name = resultBlob(done.id, done.result!).name;
  const pages = await Array.fromAsync(kv.list<Bytes>({ prefix: ["result", name] }));
  assert(pages.length >= 3);
  for (const [index, { key, value }] of pages.entries()) {
    const damages: [string, () => Promise<unknown>][] = [
      ["missing", () => kv.delete(key)],
      ["changed", () => kv.set(key, flip(value, value.length >> 1))],
      ["cut", () => kv.set(key, value.slice(0, -1))],
    ];
    for (const [what, damage] of damages) {
      await damage();
      await assertDamaged(`page ${index} ${what}`, () => rowsOf(store, done));
      await kv.set(key, value);
      assertEquals(await rowsOf(store, done), rows);
    }
  }
  await store.close();
});

Deno.test("a small result, which stands beside its record, is whole or damaged", async () => {
  if (!canLock) return;
  const path = await Deno.makeTempDir({ prefix: "millrace-" });
  const open = () => openDataDirectory(path, { heldBytes: 0, now: () => 0 });
  let directory = await open();
  const counts: [string, number][] = [["to", 2], ["be", 2]];
  const done = await addDone(directory.store, counts);
  await directory.close();
  const key = ["small result", `${done.id}.1`];
  const change = async (damage: (value: Bytes, kv: Deno.Kv) => Promise<unknown>) => {
    const kv = await Deno.openKv(`${path}/jobs.sqlite3`);
    const { value } = await kv.get<Bytes>(key);
    await damage(value!, kv);
    kv.close();
    return value!;
  };
  const damages: Record<string, (value: Bytes, kv: Deno.Kv) => Promise<unknown>> = {
    missing: (_, kv) => kv.delete(key),
    changed: (value, kv) => kv.set(key, flip(value, 14)),
    cut: (value, kv) => kv.set(key, value.slice(0, -1)),
    longer: (value, kv) => kv.set(key, new Uint8Array([...value, 0])),
  };
  for (const [what, damage] of Object.entries(damages)) {
    const value = await change(damage);
    directory = await open();
    await assertDamaged(what, () => rowsOf(directory.store, done));
    await directory.close();
    const kv = await Deno.openKv(`${path}/jobs.sqlite3`);
    await kv.set(key, value);
    kv.close();
  }
  directory = await open();
  assertEquals(await rowsOf(directory.store, done), Segment.from(counts).toArray());
  await directory.close();
  await Deno.remove(path, { recursive: true });
});

Deno.test("an input is whole or damaged, before anybody sees the bytes that are not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-" });
  const inputs = new SealedBlobs(new FileBlobs(folder, new Disk()));
  const text = new Uint8Array(RESULT_BYTES).map((_, i) => 97 + i % 26);
  const write = async (id: string, bytes: Uint8Array) => {
    const writer = await inputs.create(id);
    await writer.write(bytes);
    const seal = await writer.commit();
    return inputBlob(id, { bytes: seal.bytes, seal });
  };
  const [id, otherId] = [createJobId(), createJobId()];
  const blob = await write(id, text);
  await write(otherId, text.slice().reverse());
  const [bytes, other] = await Promise.all(
    [id, otherId].map((each) => Deno.readFile(`${folder}/${each}`)),
  );
  for (const [what, damage] of Object.entries(DAMAGES)) {
    const changed = damage(bytes, other);
    if (!changed) continue; // opening it fails, since it is not there
    await Deno.writeFile(`${folder}/${id}`, changed);
    let seen = 0;
    await assertDamaged(what, async () => {
      for await (const part of (await inputs.open(blob))!) {
        assert(part.every((byte, i) => byte === text[seen + i]), what);
        seen += part.length;
      }
    });
    assertEquals(seen % PAGE, 0, what);
  }
  await inputs.remove(id);
  assertEquals(await inputs.open(blob), undefined);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("blobs of records without seals are known by their length", async () => {
  const folder = await Deno.makeTempDir({ prefix: "millrace-" });
  const inputs = new SealedBlobs(new FileBlobs(folder, new Disk()));
  const id = createJobId();
  const blob = inputBlob(id, { bytes: 5 });
  for (const [text, whole] of [["to be", true], ["to b", false], ["to be ", false]] as const) {
    await Deno.writeTextFile(`${folder}/${id}`, text);
    const read = async () => await new Response(await inputs.open(blob)).text();
    if (whole) assertEquals(await read(), text);
    else await assertDamaged(text, read);
  }
  await Deno.remove(folder, { recursive: true });
});
