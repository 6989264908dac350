import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { Admission, type Waiting } from "../../src/engine/admission.ts";
import { JobBlock } from "../../src/shared/job_block.ts";
import { JobError } from "../../src/contract/problems.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";

const heap = SharedHeap.create(32 * 1024 * 1024);

function create(maxQueuedJobs: number, maxQueuedBytes: number, blocks = 1): Admission {
  return new Admission(heap, { maxQueuedJobs, maxQueuedBytes }, blocks);
}

function refusal(admission: Admission, bytes: number, isHere = true): unknown {
  const error = assertThrows(() => admission.check(bytes, isHere), JobError);
  assertEquals(error.code, "too_many_jobs");
  return error.details.limit;
}

Deno.test("Admission gives blocks in the order of the line", async () => {
  const admission = create(10, 1000);
  const block = admission.enter(5) as JobBlock;
  const line = [1, 2, 3].map((bytes) => admission.enter(bytes) as Waiting);
  assertEquals([admission.queuedJobs, admission.queuedBytes], [3, 6]);
  admission.leave(line[1]);
  assertEquals(await line[1].turn, undefined);
  admission.leave(line[1]);
  assertEquals([admission.queuedJobs, admission.queuedBytes], [2, 4]);
  admission.release(block);
  assertEquals(await line[0].turn, block);
  admission.leave(line[0]);
  admission.release(block);
  assertEquals(await line[2].turn, block);
  admission.release(block);
  assertEquals([admission.queuedJobs, admission.queuedBytes], [0, 0]);
  assertInstanceOf(admission.enter(0), JobBlock);
});

Deno.test("Admission.check() bounds jobs and bytes that wait, and only those", () => {
  const admission = create(2, 100);
  admission.check(1e9, true);
  admission.enter(1e9);
  admission.check(1e9, true); // alone in the line
  admission.enter(60);
  admission.check(40, true);
  assertEquals(refusal(admission, 41), 100);
  admission.check(0, true);
  admission.enter(0);
  assertEquals(refusal(admission, 0), 2);
});

Deno.test("Admission.check() lets nobody wait where the bound is 0", () => {
  const admission = create(0, 100);
  admission.check(1, true);
  admission.enter(1);
  assertEquals(refusal(admission, 0), 0);
});

Deno.test("Admission.check() counts jobs that are expected, beyond the blocks that are free", () => {
  const admission = create(1, 100, 2);
  for (let i = 0; i < 3; i++) {
    admission.check(0, false);
    admission.expect();
  }
  assertEquals(refusal(admission, 0, false), 1);
  admission.check(1e9, true); // there is a block
  admission.enter(1e9);
  admission.enter(1);
  assertEquals(refusal(admission, 1), 1);
  for (let i = 0; i < 3; i++) admission.expectNoMore();
  admission.check(1, true);
  admission.check(1, false);
});

Deno.test("Admission tells when its last block is taken, and when one is free again", () => {
  const admission = create(10, 1000, 2);
  const turns: boolean[] = [];
  admission.onTurn = () => void turns.push(admission.isOpen);
  const [first] = [admission.enter(1), admission.enter(1)] as JobBlock[];
  assertEquals(turns, [false]);
  const waiting = admission.enter(1) as Waiting;
  admission.release(first); // to the one that waits
  assertEquals(turns, [false]);
  admission.leave(waiting);
  admission.release(first);
  assertEquals(turns, [false, true]);
});
