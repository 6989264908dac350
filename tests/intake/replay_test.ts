import { assertEquals, assertRejects } from "@std/assert";
import { DEFAULT_BODY_OPTIONS, DEFAULT_COUNT_OPTIONS } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { createReplay } from "../../src/intake/replay.ts";
import { recordOf } from "../store/conformance.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { PATIENCE_MS } from "../support/waits.ts";

const OPTIONS = { readTimeoutMs: PATIENCE_MS, maxBodyBytes: 10_000_000 };

Deno.test("a submission that was kept is counted by the options that were, whatever the rules are now", async () => {
  const engine = new FakeEngine();
  const begin = createReplay({ engine, options: OPTIONS });
  const options = { ...DEFAULT_COUNT_OPTIONS, tokenizer: "lines", case: "fold" } as const;
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 3 };
  const record = recordOf({ options: { ...options, locale: "th" } });
  const job = await begin(record, submission, new Response("b a").body!);
  await job.done;
  const { case: folding, locale, top } = engine.jobs[0].options;
  assertEquals([folding, locale, top], ["fold", "th", 0]);
});

Deno.test("a submission that an engine refuses lets go of its input", async () => {
  const engine = new FakeEngine();
  engine.refusal = new JobError("too_many_jobs", "Cannot submit");
  const begin = createReplay({ engine, options: OPTIONS });
  let reason: unknown;
  const input = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why ?? "gone") });
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 200_000 };
  await assertRejects(() => begin(recordOf(), submission, input), JobError, "Cannot submit");
  assertEquals(reason, "gone");
});
