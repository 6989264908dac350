import { assert, assertEquals, assertRejects } from "@std/assert";
import { DistinctText } from "../../../src/engine/stages/distinct_text.ts";
import { GroupText } from "../../../src/engine/stages/group_text.ts";
import { openNextStage } from "../../../src/engine/stages/stages.ts";
import type { EngineContext } from "../../../src/engine/engine_context.ts";
import type { JobResult } from "../../../src/engine/job_contract.ts";
import type { Text } from "../../../src/input/text.ts";
import type { Segment } from "../../../src/reduce/segment.ts";
import { createCountOptions } from "../../../src/contract/options.ts";
import { createFlow } from "../../../src/engine/scheduler.ts";
import { combiningKernel } from "../../support/modules/combining.ts";

const MOST_READS = 5_000_000;

/** A segment that has the same record without end, and how often it was read. */
function endless(key: string) {
  const bytes = new TextEncoder().encode(key);
  const read = { records: 0 };
  const cursor = {
    bytes,
    keyStart: 0,
    keyEnd: bytes.length,
    count: 1,
    next() {
      if (++read.records > MOST_READS) throw new Error("it reads on and on");
      return true;
    },
  };
  return { segment: { records: () => cursor, close() {} } as unknown as Segment, read };
}

/** A pair of the key "a" and a text of so many bytes; a value has 9. */
const pairOf = (bytes: number) => `\x01a${"t".repeat(bytes)}`;

Deno.test("RecordText ends soon after it was cancelled, whoever reads it, and however long keys are", async () => {
  for (const [bytes, most] of [[9, 1 << 15], [60_000, 20]] as const) {
    const { segment, read } = endless(pairOf(bytes));
    const group = new GroupText(segment, Infinity);
    const whole = group.isWhole();
    assert(read.records <= most, `${read.records} of ${bytes} bytes before others get a turn`);
    group.cancel();
    await assertRejects(() => whole, Error, "nobody reads");
    assert(read.records <= most, `${read.records} of ${bytes} bytes`);
  }
  const { segment, read } = endless(pairOf(9));
  const distinct = new DistinctText(segment);
  await assertRejects(
    async () => {
      for await (const { text } of distinct.chunks(10_000)) {
        assert(text.length > 0);
        distinct.cancel();
      }
    },
    Error,
    "nobody reads",
  );
  assert(read.records <= 1 << 15, `${read.records}`);
});

Deno.test("openNextStage() gives the text to its job before it reads it, so that a cancel ends that", async () => {
  const { segment } = endless(pairOf(9));
  const kernel = await combiningKernel();
  const texts: Text[] = [];
  const job = {
    flow: createFlow(),
    kernel,
    options: createCountOptions(),
    limits: {},
    shape: {},
    fail() {},
    readNext: (text: Text) => void texts.push(text),
  };
  const context = {
    jobRoom: { pageLimit: 2 ** 40, tablePages: 0, spillBits: 0 },
    kernelLimits: { timeoutMs: 1, memoryBytes: Infinity },
  } as EngineContext;
  // More than a group of GROUP_BYTES would end the look at the segment: so many records are not read.
  const opened = openNextStage(job, { segment } as JobResult, 1, context);
  assertEquals(texts.length, 1);
  texts[0].cancel(undefined);
  await assertRejects(() => opened, Error, "nobody reads");
});
