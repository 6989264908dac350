import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { sha256 } from "../../../src/store/kernel_store.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { MANIFEST } from "../../support/kernels.ts";

const SOURCE = "shouts // a source, as far as the stand-in is concerned";
const ID = sha256(new TextEncoder().encode(SOURCE));

function send(test: TestApp): Promise<Response> {
  return post(test.app, "/v1/kernels", SOURCE, { headers: { "content-type": "text/typescript" } });
}

interface EchoRow {
  kernel?: { id: string; options: Record<string, unknown> };
  case: string;
}

Deno.test("POST /v1/count runs the kernel that the query names, and says so", async () => {
  await using test = await createTestApp();
  await send(test);
  const rows: [string, string, Record<string, unknown>][] = [
    ["kernel=log-status", "log-status", {}],
    ["kernel=LOG-Status&option.field=3&option.strict=yes", "log-status", {
      field: 3,
      strict: true,
    }],
    [`kernel=${ID.slice(0, 8)}&option.separator=%2C`, ID, { separator: "," }],
  ];
  const defaults = { field: 8, bytes: 0, share: 0.5, strict: false, separator: " " };
  for (const [query, id, given] of rows) {
    const response = await post(test.app, `/v1/count?${query}`, "b a b");
    const { options }: { options: EchoRow } = await response.json();
    assertEquals(options.kernel, { id, options: { ...defaults, ...given } });
    assertEquals(options.case, "preserve");
    const { kernel } = test.engine.jobs.at(-1)!;
    assertEquals([kernel!.id, kernel!.manifest.options], [id, [...MANIFEST.options]]);
    const encoded = JSON.parse(new TextDecoder().decode(kernel!.options));
    assertEquals(encoded, { ...defaults, ...given });
    assertStringIncludes(new TextDecoder().decode(kernel!.module), "admitted");
  }
  const [first, second] = test.engine.jobs;
  assertEquals(first.kernel!.module === second.kernel!.module, true);
  assertNotEquals(first.kernel!.options, second.kernel!.options);
  const folded = await post(test.app, "/v1/count?kernel=log-status&case=fold", "b");
  assertEquals((await folded.json()).options.case, "fold");
});

Deno.test("POST /v1/count counts words as ever where the query names the kernel of words", async () => {
  await using test = await createTestApp();
  for (const query of ["", "kernel=words", "kernel=Words&n=2&tokenizer=lines", "kernel="]) {
    const { options } = await (await post(test.app, `/v1/count?${query}`, "b a b")).json();
    assertEquals([options.kernel, test.engine.jobs.at(-1)!.kernel], [undefined, undefined]);
  }
  const option = await post(test.app, "/v1/count?option.field=1", "b");
  const problem = await assertProblem(option, 400, "unknown-parameter");
  assertEquals([problem.kernel, problem.allowed], ["words", []]);
});

Deno.test("a request to count is refused for what its kernel does not have or read", async () => {
  await using test = await createTestApp();
  const rows = [
    ["kernel=nobody", 404, "unknown-kernel", "kernel", "nobody"],
    ["kernel=log-status&option.feild=1", 400, "unknown-parameter", "nearest", "option.field"],
    ["kernel=log-status&option.=1", 400, "unknown-parameter", "parameter", "option."],
    ["kernel=log-status&option.field=x", 400, "invalid-parameter", "parameter", "option.field"],
    [
      "kernel=log-status&option.field=1&option.field=2",
      400,
      "duplicate-parameter",
      "parameter",
      "option.field",
    ],
    ["kernel=log-status&n=2", 400, "invalid-parameter", "other", "kernel"],
    ["kernel=log-status&tokenizer=lines", 400, "invalid-parameter", "parameter", "tokenizer"],
    ["kernel=a&kernel=b", 400, "duplicate-parameter", "parameter", "kernel"],
    [`kernel=${"x".repeat(65)}`, 400, "invalid-parameter", "parameter", "kernel"],
  ] as const;
  for (const path of ["/v1/count", "/v1/jobs"]) {
    for (const [query, status, code, member, value] of rows) {
      const problem = await assertProblem(
        await post(test.app, `${path}?${query}`, "b"),
        status,
        code,
      );
      assertEquals(problem[member], value, query);
    }
    const many = Array.from({ length: 65 }, (_, i) => `option.o${i}=1`).join("&");
    const problem = await assertProblem(
      await post(test.app, `${path}?kernel=log-status&${many}`, "b"),
      400,
      "invalid-parameter",
    );
    assertEquals(problem.allowed, { maxItems: 64, maxChars: 4096 });
  }
  assertEquals(test.engine.jobs, []);
});

Deno.test("a kernel is refused beside words, which are keys already", async () => {
  await using test = await createTestApp();
  const bodies = [
    ["application/json", '["b", "a"]'],
    ["application/json", '{"words": ["b"]}'],
    ["application/x-ndjson", '"b"\n"a"\n'],
  ];
  for (const path of ["/v1/count", "/v1/jobs"]) {
    for (const [type, body] of bodies) {
      const init = { headers: { "content-type": type } };
      const response = await post(test.app, `${path}?kernel=log-status`, body, init);
      const problem = await assertProblem(response, 400, "invalid-parameter");
      assertEquals([problem.parameter, problem.other], ["kernel", "words"]);
    }
  }
  const init = { headers: { "content-type": "application/json" } };
  const texts = await post(test.app, "/v1/count?kernel=log-status", '{"text": "b"}', init);
  assertEquals(texts.status, 200);
});

Deno.test("a job says its kernel in its document and with its result", async () => {
  await using test = await createTestApp();
  await send(test);
  const response = await post(test.app, `/v1/jobs?kernel=${ID}&option.field=2`, "b a b");
  assertEquals(response.status, 202);
  const options = { field: 2, bytes: 0, share: 0.5, strict: false, separator: " " };
  const job = await response.json();
  assertEquals([job.options.kernel, job.options.case], [{ id: ID, options }, "preserve"]);
  await test.jobs.drained();
  const result = await (await test.app.request(job.links.result)).json();
  assertEquals(result.options.kernel, { id: ID, options });
  assertEquals(test.engine.jobs[0].kernel?.id, ID);
  const plain = await (await post(test.app, "/v1/jobs", "b")).json();
  assertEquals("kernel" in plain.options, false);
});
