import { assert, assertEquals } from "@std/assert";
import { PAGE_BYTES, PAGE_JOB, PAGE_MAP, PAGES } from "../../assembly/layout.ts";
import { SharedHeap } from "../../src/shared/shared_heap.ts";
import { freshSeed } from "../support/random.ts";
import type { PageStressReport, PageStressStart } from "./page_stress_worker.ts";
import { runThread } from "../support/threads.ts";

const TASKS = Number(Deno.env.get("MILLRACE_STRESS_TASKS") ?? 200_000);
const ROUNDS = TASKS >> 4;
/** Few enough that spans collide and some do not fit. */
const FREE_PAGES = 16;
const OWNERS = [PAGE_JOB + 1, PAGE_JOB + 2];
const CANARY = 0x5ca1ab1e;

Deno.test("PageMap gives every page to one owner at a time, across two workers", async () => {
  const seed = freshSeed();
  const heap = SharedHeap.create(PAGES + (FREE_PAGES + 1) * PAGE_BYTES);
  const { words, pages } = heap;
  const mapEnd = (PAGE_MAP >> 2) + PAGES / PAGE_BYTES + FREE_PAGES + 1;
  // What lies between the map and the first page, and the page above the last.
  const guards = [
    words.subarray(mapEnd, PAGES >> 2),
    words.subarray((PAGES + FREE_PAGES * PAGE_BYTES) >> 2),
  ];
  for (const guard of guards) guard.fill(CANARY);

  const reports = await Promise.all(
    OWNERS.map((owner) => runWorker({ memory: heap.memory, owner, rounds: ROUNDS, seed })),
  );

  const message = `MILLRACE_SEED=${seed}`;
  for (const [i, report] of reports.entries()) {
    const { dirty, overwritten, foreign, kept, allocated } = report;
    assertEquals(
      { dirty, overwritten, foreign },
      { dirty: 0, overwritten: 0, foreign: 0 },
      message,
    );
    assert(allocated > 0, message);
    assertEquals(pages.release(OWNERS[i]), kept, `pages that the worker left, ${message}`);
  }
  const { fresh, free, jobs } = pages.usage();
  assertEquals({ unowned: fresh + free, jobs }, { unowned: FREE_PAGES, jobs: 0 }, message);
  const touched = guards.filter((guard) => guard.some((word) => word !== CANARY));
  assertEquals(touched.length, 0, `guards that were written to, ${message}`);
  assertEquals(pages.allocate(FREE_PAGES, PAGE_JOB), PAGES, `all pages in one span, ${message}`);
});

function runWorker(start: PageStressStart): Promise<PageStressReport> {
  return runThread(new URL("./page_stress_worker.ts", import.meta.url), start);
}
