import { assert, assertEquals, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { HeldAnswers } from "../../../src/http/answer/held_answers.ts";
import { MovingSegment } from "../../../src/reduce/moving_segment.ts";
import { Segment } from "../../../src/reduce/segment.ts";
import { until } from "../../support/waits.ts";

const RECORDS = Segment.from(Array.from({ length: 40_000 }, (_, i) => [`key ${i}`, 1])).bytes;
const SIZE = RECORDS.length;

function createAnswers({ disk = true, maxBytes = 3 * SIZE } = {}) {
  const directory = Deno.makeTempDirSync();
  const clock = { now: 0 };
  const answers = new HeldAnswers({
    scratchPath: () => disk ? `${directory}/${crypto.randomUUID()}` : undefined,
    maxBytes,
    now: () => clock.now,
  });
  const hold = () => {
    const segment = new MovingSegment(RECORDS, 40_000);
    answers.hold(segment);
    return segment;
  };
  return { answers, hold, clock };
}

Deno.test("HeldAnswers keeps a large answer in memory for a second, and then on disk", async () => {
  const { answers, hold, clock } = createAnswers();
  const segments = [hold(), hold()];
  clock.now = 999;
  answers.tick();
  assertEquals(answers.bytes, 2 * SIZE);
  clock.now = 1000;
  answers.tick();
  await until(() => segments.every(({ inMemory }) => !inMemory));
  for (const { memoryBytes } of segments) {
    assert(memoryBytes <= 256 * 1024, `${memoryBytes} bytes stay in memory`);
  }
  for (const segment of segments) segment.close();
  assertEquals(answers.bytes, 0);
  answers.tick(); // and the timer is gone
});

Deno.test("HeldAnswers sends to disk at once what is more than memory may hold", async () => {
  const { answers, hold } = createAnswers();
  const segments = Array.from({ length: 6 }, hold);
  await until(() => answers.bytes <= 3 * SIZE + 3 * 256 * 1024);
  for (const segment of segments) segment.close();
  await until(() => answers.bytes === 0);
  answers.tick(); // and the timer is gone
  assertEquals(answers.bytes, 0);
});

Deno.test("HeldAnswers without a disk refuses what is too much, until others have been read", () => {
  const { answers, hold } = createAnswers({ disk: false });
  const segments = [hold(), hold(), hold()];
  const error = assertThrows(hold, JobError);
  assertEquals([error.code, error.details.bytes], ["too_many_answers", 3 * SIZE]);
  segments[1].close();
  segments.push(hold());
  for (const segment of segments) segment.close();
  assertEquals(answers.bytes, 0);
  answers.tick();
});

Deno.test("HeldAnswers without a disk takes one answer of any size", () => {
  const { answers, hold } = createAnswers({ disk: false, maxBytes: 1 });
  const segment = hold();
  assert(answers.bytes >= SIZE, `${answers.bytes} bytes are held`);
  segment.close();
  assertEquals(answers.bytes, 0);
  answers.tick();
});

Deno.test("HeldAnswers without a disk gives up an answer that nobody reads for a minute", () => {
  const { answers, hold, clock } = createAnswers({ disk: false });
  const [read, unread] = [hold(), hold()];
  const cursor = read.records();
  for (; clock.now <= 120_000; clock.now += 30_000) {
    cursor.seek(0);
    cursor.next();
    answers.tick();
  }
  assertEquals([read.inMemory, unread.inMemory], [true, false]);
  assertThrows(() => unread.records().next(), Error, "Nobody has read the answer for 60000 ms");
  read.close();
  answers.tick();
});

Deno.test("HeldAnswers leaves small answers alone", () => {
  const { answers } = createAnswers();
  answers.hold(Segment.from([["a", 1]]));
  assertEquals(answers.bytes, 0);
});
