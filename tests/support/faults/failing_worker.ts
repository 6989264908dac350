/// <reference lib="deno.worker" />
import type { Task } from "../../../src/shared/task.ts";
import { MapWorker, runThread } from "../../../workers/map_worker.ts";

// A thread that fails once, when it has done its nth task of a kind: in the middle, for all that
// others know. The module's address says which: failing_worker.ts?kind=8&nth=1

const { searchParams } = new URL(import.meta.url);
const KIND = Number(searchParams.get("kind"));
let left = Number(searchParams.get("nth"));

class FailingWorker extends MapWorker {
  protected override runTask(task: Task): number {
    const status = super.runTask(task);
    if (task.kind === KIND && --left === 0) throw new Error("as planned");
    return status;
  }
}

runThread((start) => new FailingWorker(start));
