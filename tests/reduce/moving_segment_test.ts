import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { MovingSegment } from "../../src/reduce/moving_segment.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { openFiles } from "../support/open_files.ts";

const ROWS = 60_000;

function createMoving() {
  const memory = Segment.from([
    ...Array.from({ length: ROWS }, (_, i) => [`key ${i}`, i + 1] as const),
    ["x".repeat(700_000), 7],
  ]);
  const moving = new MovingSegment(memory.bytes, memory.keys);
  const path = `${Deno.makeTempDirSync()}/${crypto.randomUUID()}`;
  return { memory, moving, path };
}

Deno.test("MovingSegment reads what Segment packs, in memory and on disk", async () => {
  const { memory, moving, path } = createMoving();
  for (const inMemory of [true, false]) {
    assertEquals([moving.keys, moving.byteLength], [memory.keys, memory.byteLength]);
    assertEquals([moving.inMemory, moving.memoryBytes < 300_000], [inMemory, !inMemory]);
    assertEquals(moving.toArray(), memory.toArray());
    assertEquals(moving.bytes, memory.bytes);
    const blocks = Array.from(moving.blocks(), (block) => block.slice());
    assertEquals(await new Blob(blocks).bytes(), memory.bytes);
    await moving.move(path);
  }
  moving.close();
  assertEquals([moving.memoryBytes, openFiles(path)], [0, []]);
});

Deno.test("MovingSegment moves while cursors read it, and they do not notice", async () => {
  const { memory, moving, path } = createMoving();
  const [moved, still] = [moving.records(), memory.records()];
  let move: Promise<void> | undefined;
  for (let i = 0; i < memory.keys; i++) {
    assertEquals([moved.next(), still.next()], [true, true]);
    assertEquals(
      [moved.count, moved.keyEnd - moved.keyStart],
      [still.count, still.keyEnd - still.keyStart],
    );
    if (i === 100) move = moving.move(path);
    if (i === ROWS / 2) await move;
  }
  assertEquals([moved.next(), moving.inMemory], [false, false]);
  moving.close();
});

Deno.test("MovingSegment leaves no file when it is closed while it moves", async () => {
  const { moving, path } = createMoving();
  const move = moving.move(path);
  moving.close();
  await move;
  assertEquals([moving.memoryBytes, openFiles(path)], [0, []]);
  assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
});

Deno.test("MovingSegment stays where it is when it cannot move", async () => {
  const { memory, moving } = createMoving();
  await assertRejects(() => moving.move("/nowhere/at/all"), Deno.errors.NotFound);
  assertEquals([moving.inMemory, moving.toArray().length], [true, memory.keys]);
  moving.close();
});

Deno.test("MovingSegment that is given up tells its reader why", () => {
  const { moving } = createMoving();
  const cursor = moving.records();
  assertEquals(cursor.next(), true);
  moving.giveUp(new RangeError("unread"));
  assertEquals(moving.memoryBytes, 0);
  assertThrows(() => readAll(cursor), RangeError, "unread");
});

function readAll(cursor: { next(): boolean }): void {
  while (cursor.next());
}
