import { assert, assertEquals, AssertionError } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import type { JobInput, JobResult } from "../../src/engine/job_contract.ts";
import type { JobError } from "../../src/contract/problems.ts";
import { startFaulty } from "../support/faults/start_faulty.ts";
import { TempFiles } from "../support/temp_files.ts";
import { PATIENCE_MS, soon, until } from "../support/waits.ts";

// A file that changes between the first chunk and the last one. The only thread that counts falls
// silent amidst an early chunk, and goes on when the file has changed.

const encoder = new TextEncoder();
const TEXT = encoder.encode("some words of a file\n".repeat(200_000));
const TOKENS = 5 * 200_000;
const LONG_AGO = new Date("2020-01-01");

const CHANGES: Record<string, (path: string) => void> = {
  "grows": (path) => Deno.writeTextFileSync(path, "more\n", { append: true }),
  "shrinks": (path) => Deno.truncateSync(path, TEXT.length / 2),
  "is empty": (path) => Deno.truncateSync(path, 0),
  "is written over": (path) => {
    using file = Deno.openSync(path, { write: true });
    file.writeSync(encoder.encode("SOME"));
  },
};

/** Those that leave the file as it is to threads which have it open. */
const LOSSES: typeof CHANGES = {
  "is another one": (path) => {
    Deno.writeFileSync(`${path}.new`, TEXT);
    Deno.utimeSync(`${path}.new`, LONG_AGO, LONG_AGO); // as a copy with its times is
    Deno.renameSync(`${path}.new`, path);
  },
  "is gone": (path) => Deno.removeSync(path),
};

/** What becomes of a job whose file changes while a thread counts its third chunk. */
async function countChanging(
  content: Uint8Array,
  change: (path: string) => void,
  inputOf: (path: string) => JobInput,
  options: Partial<CountOptions> = {},
): Promise<{ path: string; outcome: PromiseSettledResult<JobResult> }> {
  const { engine, faults } = await startFaulty({ workers: 1, slotsPerWorker: 4 });
  await using _engine = engine;
  using files = new TempFiles();
  const path = files.write("changing", content);
  Deno.utimeSync(path, LONG_AGO, LONG_AGO); // times of changes have some milliseconds
  faults.plan({ kind: "silent", step: "clean", part: 2 });
  await using job = engine.submit(inputOf(path), options, { timeoutMs: PATIENCE_MS });
  await until(() => faults.falls === 1);
  change(path);
  faults.release();
  const [outcome] = await soon(Promise.allSettled([job.done]));
  const next = await engine.submit("to be").done;
  assertEquals(next.totals.tokens, 2, "the engine counts on");
  return { path, outcome };
}

function assertChanged(outcome: PromiseSettledResult<JobResult>, path: string): void {
  if (outcome.status === "fulfilled") throw new AssertionError("there is an answer");
  const { code, details, message } = outcome.reason as JobError;
  assertEquals([code, details.path], ["file_changed", path], message);
  assert(message.includes(`'${path}'`), message);
}

for (const [how, change] of Object.entries(CHANGES)) {
  Deno.test(`Engine answers with no count of a file that ${how} while workers read it`, async () => {
    const inputOf = (path: string) => ({ files: [{ path }] });
    const { path, outcome } = await countChanging(TEXT, change, inputOf);
    assertChanged(outcome, path);
  });
}

for (const [how, change] of Object.entries(LOSSES)) {
  Deno.test(`Engine counts a file exactly or not at all that ${how} while workers read it`, async () => {
    const { path, outcome } = await countChanging(TEXT, change, (path) => ({ path }));
    if (outcome.status === "rejected") assertChanged(outcome, path);
    else assertEquals(outcome.value.totals.tokens, TOKENS);
  });
}

Deno.test("Engine answers with no count of a file that changes while it is streamed", async () => {
  const latin1 = Uint8Array.from(TEXT, (byte) => byte === 0x73 ? 0xe9 : byte);
  for (const change of [CHANGES.grows, CHANGES.shrinks, CHANGES["is written over"]]) {
    const inputOf = (path: string) => ({ path });
    const options = { charset: "latin1" };
    const { path, outcome } = await countChanging(latin1, change, inputOf, options);
    assertChanged(outcome, path);
  }
});
