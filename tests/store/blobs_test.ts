import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { BLOCK_BYTES } from "../../src/store/block_pool.ts";
import type { Blobs } from "../../src/store/blobs.ts";
import { Disk } from "../../src/store/disk.ts";
import { FileBlobs } from "../../src/store/file_blobs.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { commitAlone } from "../../src/store/group_commits.ts";
import { KvChange } from "../../src/store/kv_change.ts";
import { SmallBlobs } from "../../src/store/small_blobs.ts";
import { openKv } from "../support/store/stores.ts";
import { freshSeed, Random } from "../support/random.ts";

/** Lengths around small blobs, pages, commits of pages, and blocks. */
const LENGTHS = [
  0,
  1,
  16_380,
  16_381,
  16_384,
  16_385,
  63_999,
  64_000,
  64_001,
  12 * 64_000,
  12 * 64_000 + 1,
  1 << 20,
  5_000_000,
  BLOCK_BYTES,
  2 * BLOCK_BYTES + 1,
];

/** What ends each. */
const LAST = new Uint8Array([7, 8, 9]);

const DRIVERS: Record<string, (folder: string, disk: Disk, kv: Deno.Kv) => Blobs> = {
  FileBlobs: (folder, disk) => new FileBlobs(folder, disk),
  KvBlobs: (_folder, _disk, kv) => new KvBlobs(kv, "x", { ttlMs: 60_000 }),
  "SmallBlobs that are staged": (folder, disk, kv) =>
    new SmallBlobs(kv, "x", commitAlone(kv), new FileBlobs(folder, disk)),
  "SmallBlobs that are committed": (folder, disk, kv) => {
    const blobs = new SmallBlobs(kv, "x", commitAlone(kv), new FileBlobs(folder, disk));
    const create = blobs.create.bind(blobs);
    blobs.create = async (name) => {
      const writer = await create(name);
      const commit = writer.commit.bind(writer);
      writer.commit = async (last) => {
        await commit(last);
        const change = new KvChange();
        blobs.addTo(change, name);
        await commitAlone(kv)(change);
        blobs.settle(name);
      };
      return writer;
    };
    return blobs;
  },
};

for (const [driver, open] of Object.entries(DRIVERS)) {
  const test = (what: string, run: (blobs: Blobs) => Promise<void>) =>
    Deno.test(`${driver}: ${what}`, async () => {
      const folder = await Deno.makeTempDir({ prefix: "millrace-" });
      const kv = await openKv();
      const disk = new Disk();
      await run(open(folder, disk, kv));
      disk.close();
      kv.close();
      await Deno.remove(folder, { recursive: true });
    });

  test("a blob gives back what was written, in any pieces", async (blobs) => {
    const random = new Random(freshSeed());
    for (const length of LENGTHS) {
      const bytes = crypto.getRandomValues(new Uint8Array(65_536));
      const all = new Uint8Array(length).map((_, i) => bytes[i & 0xffff]);
      const writer = await blobs.create(`b${length}`);
      const piece = new Uint8Array(300_000); // one buffer, reused
      for (let at = 0; at < length;) {
        const part = all.subarray(at, at + random.between(1, piece.length));
        piece.set(part);
        await writer.write(piece.subarray(0, part.length));
        at += part.length;
      }
      piece.fill(0);
      await writer.commit(LAST);
      const bytesFrom = async (from: number) =>
        await new Response((await blobs.open(`b${length}`, from))!).bytes();
      assertEquals(await bytesFrom(length), LAST);
      const whole = await bytesFrom(0);
      const read = whole.subarray(0, length);
      assert(
        whole.length === length + LAST.length && read.every((byte, i) => byte === all[i]),
        `length ${length}, seed ${random.seed}: ${whole.length} bytes, or other ones`,
      );
    }
    if (driver === "SmallBlobs that are staged") return; // which the store does not know yet
    const names = await Array.fromAsync(blobs.names());
    assertEquals(names.sort(), LENGTHS.map((length) => `b${length}`).sort());
  });

  test("an aborted or removed blob leaves nothing", async (blobs) => {
    for (const length of [10, 2_000_000, 9_000_000]) {
      const aborted = await blobs.create("aborted");
      await aborted.write(new Uint8Array(length));
      await aborted.abort();
      const removed = await blobs.create("removed");
      await removed.write(new Uint8Array(length));
      await removed.commit();
      await blobs.remove("removed");
      await blobs.remove("removed");
      for (const name of ["aborted", "removed", "never"]) {
        assertEquals(await blobs.open(name), undefined);
      }
    }
    assertEquals(await Array.fromAsync(blobs.names()), []);
  });
}

Deno.test("KvBlobs refuses a blob that is too long, with the limit", async () => {
  const kv = await openKv();
  const blobs = new KvBlobs(kv, "x", { maxBytes: 100, ttlMs: 1000 });
  const writer = await blobs.create("a");
  await writer.write(new Uint8Array(100));
  const error = assertThrows(() => writer.write(new Uint8Array(1)), JobError);
  assertEquals([error.code, error.details.limit], ["body_too_large", 100]);
  await writer.abort();
  assertEquals(await Array.fromAsync(blobs.names()), []);
  kv.close();
});

Deno.test("FileBlobs says what keeps it from writing", async () => {
  const blobs = new FileBlobs("/nonexistent/folder", new Disk());
  const error = await assertRejects(() => blobs.create("a"), JobError);
  assertEquals(error.code, "out_of_storage");
});
