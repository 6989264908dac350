import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { Engine } from "../../src/engine/engine.ts";
import { TaskKind } from "../../src/shared/task.ts";
import { scrambledWords } from "../support/http/mixed_jobs.ts";
import { closeClean, startSmall } from "../support/spilling_engine.ts";
import { PATIENCE_MS, until } from "../support/waits.ts";

/** Words as of `scrambledWords(keys, 1)`; calls `passed` when so many pieces of them were read. */
function wordsThatTell(keys: number, pieces: number, passed: () => void) {
  let seen = 0;
  return scrambledWords(keys, 1).pipeThrough(
    new TransformStream({
      transform(piece, controller) {
        controller.enqueue(piece);
        if (++seen === pieces) passed();
      },
    }),
  );
}

/** Says that no file of a job is left on the disk of an engine. */
function assertNoFiles(engine: { parent: string }): void {
  for (const { name } of Deno.readDirSync(engine.parent)) {
    assertEquals([...Deno.readDirSync(`${engine.parent}/${name}`)], []);
  }
}

Deno.test("Engine removes the files of a job that is cancelled while it spills", async () => {
  const engine = await startSmall();
  for (const pieces of [6, 30, 54]) { // of 60
    const input = wordsThatTell(300_000, pieces, () => job.cancel());
    const job = engine.submit(input, { top: 0, tokenizer: "ascii" });
    await assertRejects(() => job.done, JobError);
    await job[Symbol.asyncDispose]();
    assertNoFiles(engine);
  }
  await until(() => engine.status().memory.jobs === 0);
  await closeClean(engine);
});

Deno.test("Engine removes the files of a job that is cancelled while it merges", async () => {
  const entry = new URL("../support/faults/waiting_worker.ts", import.meta.url);
  entry.search = `kind=${TaskKind.merge}`;
  const engine = await startSmall({ chunkTimeoutMs: 2 * PATIENCE_MS }, (options) => {
    return Engine.startWith(options!, { kernel: "words", entry });
  });
  const job = engine.submit(scrambledWords(300_000, 1), { top: 0, tokenizer: "ascii" });
  for await (const { tokens } of job.progress({ intervalMs: 1 })) {
    if (tokens === 300_000) job.cancel();
  }
  await assertRejects(() => job.done, JobError);
  await job[Symbol.asyncDispose]();
  assertNoFiles(engine);
  await until(() => engine.status().memory.jobs === 0);
  await closeClean(engine);
});
