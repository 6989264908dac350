import { assert, assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { BLOCK_BYTES, BlockPool } from "../../src/store/block_pool.ts";
import { Disk } from "../../src/store/disk.ts";
import { FileBlobs } from "../../src/store/file_blobs.ts";
import { openFiles } from "../support/open_files.ts";

async function withFolder(run: (folder: string, disk: Disk) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "millrace-" });
  const disk = new Disk();
  await run(folder, disk);
  disk.close();
  await Deno.remove(folder, { recursive: true });
}

Deno.test("BlockPool gives blocks that nobody else has, and takes them back", () => {
  const pool = new BlockPool();
  const blocks = Array.from({ length: 40 }, () => pool.take());
  const places = new Set(blocks.map(({ buffer }) => buffer));
  assertEquals(places.size, 3);
  for (const [i, block] of blocks.entries()) {
    assertEquals([block.length, block.byteOffset % 4096], [BLOCK_BYTES, 0]);
    block[0] = i;
  }
  for (const [i, block] of blocks.entries()) assertEquals(block[0], i);
  for (const block of blocks) pool.give(block);
  const again = Array.from({ length: 16 }, () => pool.take());
  assertEquals(new Set(again.map(({ buffer }) => buffer)).size, 1);
  assert(places.has(again[0].buffer));
});

Deno.test("Disk writes blocks of several files, wherever they belong", () =>
  withFolder(async (folder, disk) => {
    const files = await Promise.all(["a", "b"].map(async (name) => {
      const path = `${folder}/${name}`;
      await Deno.writeFile(path, new Uint8Array(0));
      return { file: disk.name(), path };
    }));
    const writes = [2, 0, 1].flatMap((index) =>
      files.map(async (file, i) => {
        const bytes = disk.blocks.take().fill(10 * i + index);
        await disk.write({ ...file, bytes, at: index * BLOCK_BYTES });
        disk.blocks.give(bytes);
      })
    );
    await Promise.all(writes);
    for (const [i, { file, path }] of files.entries()) {
      disk.closeFile(file);
      const bytes = await Deno.readFile(path);
      assertEquals(bytes.length, 3 * BLOCK_BYTES);
      const isRight = bytes.every((byte, at) => byte === 10 * i + Math.floor(at / BLOCK_BYTES));
      assert(isRight, path);
    }
  }));

Deno.test("Disk says what the system says, and goes on", () =>
  withFolder(async (folder, disk) => {
    const bytes = disk.blocks.take();
    const write = (path: string) => disk.write({ file: disk.name(), path, bytes, at: 0 });
    await assertRejects(() => write(`${folder}/none`), Error, "no such file");
    await Deno.writeFile(`${folder}/a`, new Uint8Array(0));
    await write(`${folder}/a`);
    assertEquals((await Deno.stat(`${folder}/a`)).size, BLOCK_BYTES);
  }));

Deno.test("Disk writes through the cache where the system refuses to go past it", () =>
  withFolder(async (folder, disk) => {
    const path = `${folder}/a`;
    await Deno.writeFile(path, new Uint8Array(0));
    const name = disk.name();
    const block = disk.blocks.take().fill(7);
    // File systems over a device take whole sectors alone past the cache.
    const bytes = block.subarray(0, 1001);
    for (const at of [0, 1001]) await disk.write({ file: name, path, bytes, at });
    assertEquals(await Deno.readFile(path), new Uint8Array(2002).fill(7));
  }));

Deno.test("a blob whose disk is lost on the way fails, leaves nothing, and the next one is kept", () =>
  withFolder(async (folder, disk) => {
    const blobs = new FileBlobs(folder, disk);
    const writer = await blobs.create("a");
    const lost = assertRejects(async () => {
      for (let i = 0; i < 4; i++) {
        const room = writer.write(new Uint8Array(BLOCK_BYTES));
        if (i === 1) disk.close();
        await room;
      }
      await writer.commit();
    }, JobError);
    assertEquals((await lost).code, "out_of_storage");
    await writer.abort();
    assertEquals(await Array.fromAsync(blobs.names()), []);
    const next = await blobs.create("b");
    await next.write(new Uint8Array(BLOCK_BYTES + 1));
    await next.commit();
    assertEquals((await Deno.stat(`${folder}/b`)).size, BLOCK_BYTES + 1);
  }));

Deno.test({
  name: "Disk says that a device is full, and closes it",
  ignore: Deno.build.os !== "linux", // elsewhere no test can fill one
  fn: () =>
    withFolder(async (_folder, disk) => {
      const file = { file: disk.name(), path: "/dev/full" };
      const write = () => disk.write({ ...file, bytes: disk.blocks.take(), at: 0 });
      await assertRejects(write, Error, "No space left on device");
      disk.closeFile(file.file);
      await assertRejects(write, Error, "No space left on device");
      assertEquals(openFiles("/dev/full").length, 1);
    }),
});

Deno.test("a blob that finds no room at any of its blocks is refused with 507, and leaves nothing", () =>
  withFolder(async (folder, disk) => {
    const blobs = new FileBlobs(folder, disk);
    const write = disk.write.bind(disk);
    for (const fullAt of [0, 1, 2]) {
      disk.write = (block) =>
        block.at === fullAt * BLOCK_BYTES
          ? Promise.reject(new Error("No space left on device (os error 28)"))
          : write(block);
      const writer = await blobs.create("a");
      const error = await assertRejects(async () => {
        for (let i = 0; i < 3; i++) await writer.write(new Uint8Array(BLOCK_BYTES));
        await writer.commit();
      }, JobError);
      assertEquals([error.code, error.status], ["out_of_storage", 507]);
      await writer.abort();
      assertEquals(await Array.fromAsync(blobs.names()), []);
    }
  }));
