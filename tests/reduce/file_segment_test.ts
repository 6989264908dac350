import { assertEquals, assertThrows } from "@std/assert";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { openFiles } from "../support/open_files.ts";

/** A file of these records, without its name. */
async function onDisk(segment: Segment, prefix = ""): Promise<FileSegment> {
  const path = await Deno.makeTempFile({ prefix });
  await Deno.writeFile(path, segment.bytes);
  return FileSegment.adopt(path, segment.keys);
}

Deno.test("FileSegment reads what Segment packs, records larger than its window too", async () => {
  const counts = Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, i + 1] as const);
  const memory = Segment.from([
    ...counts,
    ["x".repeat(1_000_000), 2 ** 40],
    ["", 3],
    ["y".repeat(300_000), 1],
    ...counts,
  ]);
  const file = await onDisk(memory);
  assertEquals([file.keys, file.byteLength], [memory.keys, memory.byteLength]);
  assertEquals(file.toArray(), memory.toArray());
  assertEquals(file.bytes, memory.bytes);
  file.close();
});

Deno.test("FileSegment lets several cursors read side by side", async () => {
  const memory = Segment.from(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i + 1]));
  const file = await onDisk(memory);
  const cursors = [file.records(), file.records(), file.records()];
  cursors[1].next();
  for (let i = 0; i < 49_000; i++) {
    for (const [index, cursor] of cursors.entries()) {
      assertEquals(cursor.next(), true);
      assertEquals(cursor.count, i + 1 + (index === 1 ? 1 : 0));
    }
  }
  file.close();
});

Deno.test({
  name: "FileSegment keeps its file until the last owner closes it, and leaves no name",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const name = `segment-${crypto.randomUUID()}`;
    const file = await onDisk(Segment.from([["a", 1]]), name);
    file.retain();
    file.close();
    assertEquals(file.toArray(), [{ key: "a", count: 1 }]);
    assertEquals(openFiles(name).length, 1);
    file.close();
    file.close();
    assertEquals(openFiles(name), []);
    assertThrows(() => file.toArray());
  },
});

Deno.test({
  name: "FileSegment.named() holds no file open, can be linked, and leaves only the links",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    const memory = Segment.from(Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, i + 1]));
    const path = await Deno.makeTempFile();
    await Deno.writeFile(path, memory.bytes);
    const [named, held] = [
      FileSegment.named(path, memory.keys),
      FileSegment.open(path, memory.keys),
    ];
    assertEquals(named.toArray(), memory.toArray());
    assertEquals(
      [...named.blocks()].reduce((sum, { length }) => sum + length, 0),
      named.byteLength,
    );
    assertEquals(openFiles(path).length, 1, "that of the other");
    held.close();
    assertEquals([named.link(`${path}-2`), named.link(`${path}-2`)], [true, false]);
    const adopted = FileSegment.adopt(`${path}-2`, memory.keys);
    assertEquals([adopted.bytes, adopted.link(`${path}-3`)], [memory.bytes, false]);
    adopted.close();
    named.close();
    assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
  },
});

Deno.test("FileSegment of no bytes has no records", async () => {
  const file = await onDisk(Segment.empty());
  assertEquals(file.toArray(), []);
  file.close();
});

Deno.test("a cursor goes on where another stood, in memory and on disk", async () => {
  const memory = Segment.from(Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, i + 1]));
  const file = await onDisk(memory);
  for (const segment of [memory, file]) {
    const first = segment.records();
    for (let i = 0; i < 30_000; i++) first.next();
    const { position } = first;
    const second = segment.records(position);
    first.seek(position);
    for (const cursor of [first, second]) {
      assertEquals([cursor.position, cursor.next(), cursor.count], [position, true, 30_001]);
    }
    assertEquals(segment.records(segment.byteLength).next(), false);
    assertEquals(segment.records(segment.byteLength + 8).next(), false);
    const lost = segment.records(4); // no record begins here
    while (lost.next());
  }
  file.close();
});
