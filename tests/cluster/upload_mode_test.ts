import { assertEquals } from "@std/assert";
import type { UploadMode } from "../../src/contract/engine_status.ts";
import { hasBacklog, maySpreadUpload } from "../../src/cluster/upload_mode.ts";

const SPLIT = 1000;

Deno.test("maySpreadUpload() spreads large texts of a busy node among idle ones", () => {
  const idle = [{ splits: 0 }];
  type Row = [UploadMode, number | undefined, boolean, { splits: number }[], boolean];
  const rows: Row[] = [
    ["auto", 2 * SPLIT, true, idle, true],
    ["auto", 2 * SPLIT, true, [{ splits: 1 }, { splits: 0 }], true],
    ["auto", 2 * SPLIT, false, idle, false],
    ["auto", 2 * SPLIT, true, [{ splits: 1 }], false],
    ["auto", 2 * SPLIT, true, [], false],
    ["auto", 2 * SPLIT - 1, true, idle, false],
    ["auto", undefined, true, idle, false],
    ["always", 2 * SPLIT, false, [{ splits: 3 }], true],
    ["always", undefined, false, idle, true],
    ["always", 2 * SPLIT - 1, true, idle, false],
    ["always", undefined, true, [], false],
    ["never", 9 * SPLIT, true, idle, false],
  ];
  for (const [mode, bytes, isBusy, others, expected] of rows) {
    const may = maySpreadUpload(mode, bytes, SPLIT, () => ({ isBusy, others }));
    assertEquals(may, expected, JSON.stringify([mode, bytes, isBusy, others]));
  }
});

Deno.test("hasBacklog() says whether something waits for a thread", () => {
  const queue = { jobs: 0, bytes: 0 };
  const tasks = { queued: 0, out: 4, pending: 0 };
  assertEquals(hasBacklog({ queue, tasks }), false);
  assertEquals(hasBacklog({ queue: { ...queue, jobs: 1 }, tasks }), true);
  assertEquals(hasBacklog({ queue, tasks: { ...tasks, queued: 1 } }), true);
});
