import { assertEquals, assertRejects } from "@std/assert";
import { DEFAULT_BODY_OPTIONS, DEFAULT_COUNT_OPTIONS } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import { createReplay } from "../../src/intake/replay.ts";
import { MemoryKernels } from "../../src/store/memory_kernels.ts";
import { recordOf } from "../store/conformance.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { createKernels, NO_KERNELS } from "../support/kernels.ts";
import { PATIENCE_MS } from "../support/waits.ts";

const OPTIONS = { readTimeoutMs: PATIENCE_MS, maxBodyBytes: 10_000_000 };

Deno.test("a submission that was kept is counted by the options that were, whatever the rules are now", async () => {
  const engine = new FakeEngine();
  const begin = createReplay({ engine, kernels: NO_KERNELS, options: OPTIONS });
  const options = { ...DEFAULT_COUNT_OPTIONS, tokenizer: "lines", case: "fold" } as const;
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 3 };
  const record = recordOf({ options: { ...options, locale: "th" } });
  const job = await begin(record, submission, new Response("b a").body!);
  await job.done;
  const { case: folding, locale, top } = engine.jobs[0].options;
  assertEquals([folding, locale, top], ["fold", "th", 0]);
});

Deno.test("a submission with a kernel is counted again by it, with the options that were kept", async () => {
  const engine = new FakeEngine();
  const kernels = createKernels(new MemoryKernels());
  const { kernel: { id } } = await kernels.push({ source: "shouts x" }, "t");
  const begin = createReplay({ engine, kernels, options: OPTIONS });
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 3 };
  const kept = { field: 3, bytes: "9007199254740993", ofAnotherRelease: 1 };
  const record = recordOf({ tenant: "t", kernel: { id, options: kept } });
  await (await begin(record, submission, new Response("b a").body!)).done;
  const { kernel } = engine.jobs[0];
  assertEquals([kernel!.id, kernel!.manifest.name], [id, "shouts"]);
  assertEquals(
    new TextDecoder().decode(kernel!.options),
    '{"field":3,"bytes":9007199254740993,"share":0.5,"strict":false,"separator":" "}',
  );
});

Deno.test("a submission whose kernel was removed is not counted, and lets go of its input", async () => {
  const engine = new FakeEngine();
  const kernels = createKernels(new MemoryKernels());
  const { kernel: { id } } = await kernels.push({ source: "shouts x" }, "t");
  const begin = createReplay({ engine, kernels, options: OPTIONS });
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 200_000 };
  for (const tenant of ["t", "other"]) {
    if (tenant === "t") await kernels.remove(id, "t");
    let isCancelled = false;
    const input = new ReadableStream<Uint8Array>({ cancel: () => void (isCancelled = true) });
    const record = recordOf({ tenant, kernel: { id, options: {} } });
    const error = await assertRejects(() => begin(record, submission, input), JobError);
    assertEquals([error.code, isCancelled], ["unknown_kernel", true]);
  }
  assertEquals(engine.jobs, []);
});

Deno.test("a submission that an engine refuses lets go of its input", async () => {
  const engine = new FakeEngine();
  engine.refusal = new JobError("too_many_jobs", "Cannot submit");
  const begin = createReplay({ engine, kernels: NO_KERNELS, options: OPTIONS });
  let reason: unknown;
  const input = new ReadableStream<Uint8Array>({ cancel: (why) => void (reason = why ?? "gone") });
  const submission = { body: DEFAULT_BODY_OPTIONS, bytes: 200_000 };
  await assertRejects(() => begin(recordOf(), submission, input), JobError, "Cannot submit");
  assertEquals(reason, "gone");
});
