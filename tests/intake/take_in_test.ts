import { assertEquals, assertRejects } from "@std/assert";
import { JobError } from "../../src/contract/problems.ts";
import { parseCountQuery, queryText } from "../../src/http/read/query.ts";
import {
  applyContentType,
  beginFingerprint,
  readSubmission,
} from "../../src/http/read/submission.ts";
import { createReplay } from "../../src/intake/replay.ts";
import type { Submission } from "../../src/intake/submission.ts";
import { createTakeIn } from "../../src/intake/take_in.ts";
import { inputBlob } from "../../src/store/job_blobs.ts";
import { Disk } from "../../src/store/disk.ts";
import { FileBlobs } from "../../src/store/file_blobs.ts";
import { KvBlobs } from "../../src/store/kv_blobs.ts";
import { SealedBlobs } from "../../src/store/sealed_blobs.ts";
import { COMPRESS } from "../support/compress.ts";
import { FakeEngine } from "../support/http/fake_engine.ts";
import { gatedStream } from "../support/inputs.ts";
import { openKv } from "../support/store/stores.ts";
import { recordOf } from "../store/conformance.ts";
import { NO_KERNELS } from "../support/kernels.ts";
import { PATIENCE_MS } from "../support/waits.ts";

const OPTIONS = { readTimeoutMs: PATIENCE_MS, maxBodyBytes: 10_000_000 };

const REQUESTS: [string, string, BodyInit, Record<string, string>][] = [
  ["a small text", "top=1", "b a b", {}],
  ["a large text", "n=2", "to be or not to be ".repeat(10_000), {}],
  ["a stream", "", gatedStream(["b ", "a b"], Promise.resolve()), {}],
  ["words", "tokenizer=lines", '["b","a b"]', { "content-type": "application/json" }],
  ["lines of words", "", '"b"\n"a b"\n', { "content-type": "application/x-ndjson" }],
  ["lines of texts", "", '{"text":"b a"}\n', { "content-type": "application/jsonl" }],
  [
    "a form",
    "form=true",
    "text=b a&text=b",
    { "content-type": "application/x-www-form-urlencoded" },
  ],
  [
    "found to be compressed",
    "decompress=auto",
    COMPRESS.gzip(new TextEncoder().encode("b a b")),
    {},
  ],
  ["another charset", "", "b a", { "content-type": "text/plain; charset=latin1" }],
];

function submissionOf(request: Request): Submission {
  const query = applyContentType(request, parseCountQuery(queryText(request.url)));
  return readSubmission(request, query);
}

for (const [name, query, body, headers] of REQUESTS) {
  Deno.test(`an input that is ${name} is counted again as it was counted`, async () => {
    const kv = await openKv();
    const inputs = new SealedBlobs(new KvBlobs(kv, "input", { ttlMs: 60_000 }));
    const engine = new FakeEngine();
    const context = { engine, kernels: NO_KERNELS, options: OPTIONS };
    const request = new Request(`http://x/v1/jobs?${query}`, { method: "POST", body, headers });
    const submission = submissionOf(request);
    const fingerprint = beginFingerprint(request);
    const intake = await createTakeIn(context)(submission, { tenant: "t", inputs, fingerprint });
    const { id, job } = intake;
    const { submission: kept, fingerprint: found } = await intake.arrived();
    const options = { ...submission.count, case: job.options.case };
    const again = await createReplay(context)(
      recordOf({ id, tenant: "t", options }),
      kept!,
      (await inputs.open(inputBlob(id, kept!)))!,
    );
    const [first, second] = [await job.done, await again.done];
    assertEquals([again.id, job.id], [id, id]);
    assertEquals([second.totals, second.input], [first.totals, first.input]);
    assertEquals(second.segment.toArray(), first.segment.toArray());
    assertEquals(engine.jobs[1].options, engine.jobs[0].options);
    if (typeof body === "string") {
      const same = new Request(request.url, { method: "POST", body, headers });
      assertEquals(await beginFingerprint(same).read(same.body, {}), found);
    }
    kv.close();
  });
}

Deno.test("a request that is refused on its way leaves no input", async () => {
  const kv = await openKv();
  const inputs = new SealedBlobs(
    new KvBlobs(kv, "input", { ttlMs: 60_000, maxBytes: 100_000 }),
  );
  const takeIn = createTakeIn({
    engine: new FakeEngine(),
    kernels: NO_KERNELS,
    options: OPTIONS,
  });
  for (const bytes of [0, 200_000, 20_000_000]) {
    const request = new Request("http://x/v1/jobs", { method: "POST", body: "a".repeat(bytes) });
    const error = await assertRejects(
      () => takeIn(submissionOf(request), { inputs, tenant: "t" }).then((it) => it.arrived()),
      JobError,
    );
    assertEquals(error.code, bytes === 0 ? "empty_body" : "body_too_large");
    assertEquals(await Array.fromAsync(inputs.names()), []);
  }
  kv.close();
});

Deno.test("a request that the engine refuses leaves no input, though reading it has begun", async () => {
  const folder = await Deno.makeTempDir();
  const inputs = new SealedBlobs(new FileBlobs(folder, new Disk()));
  const engine = new FakeEngine();
  engine.refusal = new JobError("too_many_jobs", "Cannot submit");
  const takeIn = createTakeIn({ engine, kernels: NO_KERNELS, options: OPTIONS });
  const rows = [["text/plain", "b a b"], ["application/json", '["b", "a"]']];
  for (const [type, body] of rows) {
    const headers = { "content-type": type, "content-length": String(body.length) };
    const request = new Request("http://x/v1/jobs", { method: "POST", body, headers });
    const error = await assertRejects(
      () => takeIn(submissionOf(request), { tenant: "t", inputs }), // before anything arrives
      JobError,
    );
    assertEquals([error.code, await Array.fromAsync(inputs.names())], ["too_many_jobs", []]);
  }
  await Deno.remove(folder);
});
