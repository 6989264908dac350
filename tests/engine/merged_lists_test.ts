import { assert, assertEquals, assertRejects } from "@std/assert";
import { mergeTerms } from "../../src/algebra/mergeable.ts";
import { MergedText } from "../../src/algebra/merged_text.ts";
import { type CountOptions, createCountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { EngineOptions } from "../../src/engine/engine_options.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import type { RecordInput } from "../../src/engine/record_input.ts";
import { areMerged } from "../../src/engine/stages/merged_lists.ts";
import { FileSegment } from "../../src/reduce/file_segment.ts";
import { Segment } from "../../src/reduce/segment.ts";
import { TaskKind } from "../../src/shared/task.ts";
import { openFiles } from "../support/open_files.ts";
import { Random } from "../support/random.ts";
import { TemporaryFolder } from "../../load/support/temporary_folder.ts";
import { until } from "../support/waits.ts";

const KEYS = 270_000;

/** Lists by key of which two have most keys in common, and keys longer than a merge's windows. */
function createLists(): Segment[] {
  const random = new Random(7);
  const count = () =>
    random.below(50) === 0 ? 1 + random.below(2 ** 31) * 2 ** 10 : 1 + random.below(9);
  const keys = Array.from({ length: KEYS }, (_, i) => `k${String(i).padStart(7, "0")}`);
  const some = keys.filter(() => random.below(5) > 0);
  const long = ["x".repeat(600_000), "y".repeat(5000), "ä".repeat(40)];
  const lists = [[...keys, ...long], [...some, ...long, "é"], ["\u0000", "k0000001", "k2"], []];
  return lists.map((list) => Segment.from(list.map((key) => [key, count()] as const)));
}

const LISTS = createLists();

function inputOf(segments: readonly Segment[], areMerged: boolean, areParts = false): RecordInput {
  const parts = segments.map((segment) => ({ segment, weight: 1 }));
  return {
    records: mergeTerms(undefined),
    text: new MergedText(parts),
    totals: () => ({ bytes: 0, tokens: 0, replacements: 0 }),
    ...(areMerged && { lists: { segments, areParts } }),
  };
}

function count(
  engine: Engine,
  lists: readonly Segment[],
  options: Partial<CountOptions>,
  areMerged = true,
): Promise<JobResult> {
  const { done } = engine.submit(inputOf(lists, areMerged), { ...options, case: "preserve" });
  return done;
}

/** An engine that leaves nothing in its folder. */
async function withEngine(
  use: (engine: Engine, folder: string) => Promise<void>,
  options: EngineOptions = {},
  start = Engine.start,
): Promise<void> {
  await using folder = await TemporaryFolder.make();
  const engine = await start({ workers: 2, spillDirectory: folder.path, ...options });
  await use(engine, folder.path);
  await engine.close();
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), []);
  if (Deno.build.os === "linux") assertEquals(openFiles(folder.path), []);
}

function assertEqualResults(actual: JobResult, expected: JobResult, message: string): void {
  const { counted: _, ...totals } = actual.totals;
  const { counted: __, ...expectedTotals } = expected.totals;
  assertEquals(totals, expectedTotals, message);
  assertEquals(actual.segment.keys, expected.segment.keys, message);
  const [a, b] = [actual.segment.bytes, expected.segment.bytes];
  assert(a.length === b.length && a.every((byte, i) => byte === b[i]), message);
}

const ASKED: Partial<CountOptions>[] = [
  { top: 10 },
  { top: 0 },
  { top: 0, order: "key" },
  { top: 7, order: "key" },
  { top: 5, min: 3, max: 12 },
  { top: 0, min: 8, order: "key" },
  { top: 0, partition: "range", borders: ["k0100000", "k02"], order: "key" },
];

Deno.test("Engine merges long lists into the result that a table would have, byte for byte", async () => {
  await withEngine(async (engine) => {
    for (const options of ASKED) {
      const name = JSON.stringify(options);
      const merged = await count(engine, LISTS, options);
      const counted = await count(engine, LISTS, options, false);
      assertEqualResults(merged, counted, name);
      assertEquals([merged.spilled, merged.partition], [undefined, counted.partition], name);
      assertEquals(merged.partStarts, counted.partStarts, name);
      for (const { segment } of [merged, counted]) segment.close();
    }
  });
});

/** Those of a list whose keys stand before a border, or from it on. */
function cut(list: Segment, border: string, isBefore: boolean): Segment {
  const kept = list.toArray().filter(({ key }) => key < border === isBefore);
  return Segment.from(kept.map(({ key, count }) => [key, count] as const));
}

Deno.test("Engine brings parts of an answer together as one merge would, byte for byte", async () => {
  const parts = [true, false].map((isBefore) => LISTS.map((list) => cut(list, "k02", isBefore)));
  await withEngine(async (engine) => {
    for (const options of ASKED) {
      const name = JSON.stringify(options);
      const { partition: _, borders: __, ...rows } = options;
      const expected = await count(engine, LISTS, options);
      const made = await Promise.all(parts.map((lists) => count(engine, lists, rows)));
      const input = inputOf(made.map(({ segment }) => segment), true, true);
      const joined = await engine.submit(input, { ...options, case: "preserve" }).done;
      const { segment } = joined;
      assertEquals(segment.keys, expected.segment.keys, name);
      assert(segment.bytes.every((byte, i) => byte === expected.segment.bytes[i]), name);
      assertEquals([joined.partition, joined.spilled], [expected.partition, undefined], name);
      assertEquals(
        made.reduce((sum, { totals }) => sum + totals.keys, 0),
        expected.totals.keys,
        "each key is of one part",
      );
      for (const each of [...made, joined, expected]) each.segment.close();
    }
  });
});

Deno.test("Engine merges lists on disk by other names of their files, which stay", async () => {
  await using folder = await TemporaryFolder.make();
  const lists = LISTS.map((list, i) => {
    Deno.writeFileSync(`${folder.path}/${i}`, list.bytes);
    return FileSegment.named(`${folder.path}/${i}`, list.keys);
  });
  await withEngine(async (engine) => {
    const merged = await count(engine, lists, { top: 0 });
    const counted = await count(engine, LISTS, { top: 0 }, false);
    assertEqualResults(merged, counted, "files");
    assert(
      !merged.segment.mustClose,
      "a result that is kept is in memory, as if it was counted there",
    );
  });
  assertEquals([...Deno.readDirSync(folder.path)].length, lists.length);
  for (const list of lists) list.close();
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("Engine looks lists up in a table that are short, very many, or where it has no disk", async () => {
  const spill = {} as never;
  const jobRoom = { pageLimit: 1 << 14, tablePages: 0, spillBits: 0 };
  const list = (keys: number) => ({ keys, byteLength: 24 * keys }) as Segment;
  const many = Array.from({ length: 40 }, () => list(1 << 18));
  const halves = [list(1 << 17), list(1 << 17)];
  assert(areMerged({ segments: [list(10), list(1 << 18)] }, { spill, jobRoom }));
  assert(!areMerged({ segments: halves }, { spill, jobRoom }));
  assert(areMerged({ segments: halves, areParts: true }, { spill, jobRoom }));
  assert(!areMerged({ segments: [list(1 << 18)] }, { spill: undefined, jobRoom }));
  assert(!areMerged({ segments: many }, { spill, jobRoom }));
  assert(areMerged({ segments: many, areParts: true }, { spill, jobRoom }));
  assert(
    areMerged({ segments: many }, { spill, jobRoom: { ...jobRoom, pageLimit: 100 } }),
    "a table would spill",
  );
  await withEngine(async (engine) => {
    const without = await count(engine, LISTS, { top: 3 });
    assertEqualResults(without, await count(engine, LISTS, { top: 3 }, false), "no disk");
  }, { spillDirectory: false });
});

for (const name of ["merge", "collect"] as const) {
  Deno.test(`Engine merges lists again when a worker fails in ${name}`, async () => {
    const entry = new URL("../support/faults/failing_worker.ts", import.meta.url);
    entry.search = `kind=${TaskKind[name]}&nth=1`;
    await withEngine(
      async (engine) => {
        const merged = await count(engine, LISTS, { top: 0 });
        assertEquals(merged.accounting.runs, 2);
        const counted = await count(engine, LISTS, { top: 0 }, false);
        assertEqualResults(merged, counted, name);
        await until(() => engine.status().memory.jobs === 0);
      },
      { workers: 1 },
      (options) => Engine.startWith(options!, { kernel: "words", entry }),
    );
  });
}

Deno.test("Engine removes the files of lists whose merge is cancelled", async () => {
  await withEngine(async (engine, folder) => {
    const job = engine.submit(inputOf(LISTS, true), createCountOptions({ top: 0 }));
    const rejected = assertRejects(() => job.done, JobError);
    await until(() =>
      [...Deno.readDirSync(folder)].some(({ name }) =>
        [...Deno.readDirSync(`${folder}/${name}`)].length > 0
      )
    );
    job.cancel();
    await rejected;
    await job[Symbol.asyncDispose]();
    for (const { name } of Deno.readDirSync(folder)) {
      assertEquals([...Deno.readDirSync(`${folder}/${name}`)], []);
    }
  });
});

Deno.test("Engine says that a disk refuses lists", async () => {
  await withEngine(async (engine, folder) => {
    const warm = await count(engine, LISTS, { top: 1 });
    assertEquals(warm.segment.keys, 1);
    const [{ name }] = [...Deno.readDirSync(folder)];
    Deno.removeSync(`${folder}/${name}`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/${name}`, "no folder");
    const error = await assertRejects(() => count(engine, LISTS, { top: 1 }), JobError);
    assertEquals(error.code, "disk_failed");
    Deno.removeSync(`${folder}/${name}`);
  });
});
