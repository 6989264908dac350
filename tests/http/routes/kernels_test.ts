import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createApiKey, digestOf } from "../../../src/access/api_key.ts";
import type { Right } from "../../../src/contract/rights.ts";
import { JobError } from "../../../src/contract/problems.ts";
import { KERNEL_LIMITS, sha256 } from "../../../src/store/kernel_store.ts";
import { assertProblem, createTestApp, post, type TestApp } from "../../support/http/test_app.ts";
import { sendValueKernel } from "../../support/http/value_kernel.ts";
import { fakeModule, MANIFEST } from "../../support/kernels.ts";
import { bearer } from "../../support/keys.ts";
import { kernelOf } from "../../store/kernel_conformance.ts";

const SOURCE = "shouts // a source, as far as the stand-in is concerned";
const ID = sha256(new TextEncoder().encode(SOURCE));

function send(test: TestApp, body: BodyInit = SOURCE, headers: Record<string, string> = {}) {
  const type = { "content-type": "text/typescript" };
  return post(test.app, "/v1/kernels", body, { headers: { ...type, ...headers } });
}

async function readJson(test: TestApp, path: string, init?: RequestInit) {
  const response = await test.app.request(path, init);
  assertEquals(response.status, 200, path);
  return await response.json();
}

Deno.test("POST /v1/kernels keeps a source: 201 and then 200, and one compilation", async () => {
  await using test = await createTestApp();
  const first = await send(test);
  assertEquals([first.status, first.headers.get("location")], [201, `/v1/kernels/${ID}`]);
  const kernel = await first.json();
  const { createdAt, moduleBytes, ...rest } = kernel;
  assertEquals(rest, {
    id: ID,
    name: "shouts",
    builtIn: false,
    abi: 1,
    options: MANIFEST.options,
    records: "line",
    sourceBytes: SOURCE.length,
  });
  assertMatch(createdAt, /^\d{4}-.+Z$/);
  assertEquals(moduleBytes > 0, true);
  const again = await send(test);
  assertEquals([again.status, await again.json()], [200, kernel]);
  assertEquals(test.maker.made, { compiled: 1, admitted: 1, warmed: 0 });
  for (const name of [ID, ID.slice(0, 8), ID.slice(0, 20).toUpperCase()]) {
    assertEquals(await readJson(test, `/v1/kernels/${name}`), kernel);
  }
});

Deno.test("POST /v1/kernels takes a module as well, which has no source", async () => {
  await using test = await createTestApp();
  const module = fakeModule({ name: undefined, records: "csv" });
  const response = await send(test, module, { "content-type": "application/wasm" });
  assertEquals(response.status, 201);
  const { id, name, records, sourceBytes } = await response.json();
  assertEquals([id, name, records, sourceBytes], [
    sha256(module),
    id.slice(0, 12),
    "csv",
    undefined,
  ]);
  assertEquals(test.maker.made, { compiled: 0, admitted: 1, warmed: 0 });
  const source = await test.app.request(`/v1/kernels/${id}/source`);
  assertEquals((await assertProblem(source, 404, "not-found")).kernel, id);
});

Deno.test("GET /v1/kernels says what becomes of values, where a kernel emits them", async () => {
  await using test = await createTestApp();
  const rows = [
    [{ value: "i64" }, ["i64", "sum"]],
    [{ value: "f64", op: "avg" }, ["f64", "avg"]],
    [{ value: "i64", op: "count" }, ["i64", "count"]],
    [{ value: "decimal(2)" }, ["decimal(2)", "sum"]],
  ] as const;
  for (const [more, expected] of rows) {
    const id = await sendValueKernel(test, more);
    const { value, op } = await readJson(test, `/v1/kernels/${id}`);
    assertEquals([value, op], expected);
  }
  const { kernels, compiles } = await readJson(test, "/v1/kernels");
  assertEquals(compiles, true);
  test.maker.compiles = false;
  assertEquals((await readJson(test, "/v1/kernels")).compiles, false);
  const ops = kernels.map(({ op }: { op?: string }) => op);
  const told = ops.filter((op: unknown) => op !== undefined);
  // Those that were sent within a millisecond stand by their ids.
  assertEquals(told.toSorted(), ["avg", "count", "sum", "sum"]);
});

Deno.test("POST /v1/kernels says what curl has to be told, and what else it does not read", async () => {
  await using test = await createTestApp();
  const types = ["application/x-www-form-urlencoded", "application/octet-stream", ""];
  for (const type of types) {
    const body = new TextEncoder().encode(SOURCE);
    const response = await send(test, body, { "content-type": type });
    const problem = await assertProblem(response, 415, "unsupported-media");
    assertStringIncludes(problem.detail, "say -H 'content-type: text/typescript'");
    assertEquals(problem.allowed, ["text/typescript", "application/wasm"]);
  }
  const charset = await send(test, SOURCE, { "content-type": "text/typescript; charset=latin1" });
  assertEquals((await assertProblem(charset, 415, "unknown-charset")).value, "windows-1252");
  const coded = await send(test, SOURCE, { "content-encoding": "gzip" });
  assertEquals((await assertProblem(coded, 415, "unsupported-media")).value, "gzip");
  await assertProblem(await send(test, new Uint8Array([0xff])), 422, "invalid-utf8");
  await assertProblem(await send(test, ""), 400, "empty-body");
  const query = await post(test.app, "/v1/kernels?name=x", SOURCE);
  await assertProblem(query, 400, "unknown-parameter");
  for (const type of ["application/typescript", "TEXT/X-TypeScript; charset=UTF-8", "text/plain"]) {
    const response = await send(test, `a // ${type}`, { "content-type": type });
    assertEquals(response.status, 201);
  }
});

Deno.test("POST /v1/kernels refuses what is too large before it reads all of it", async () => {
  await using test = await createTestApp();
  const rows = [["text/typescript", 64 * 1024, "source"], [
    "application/wasm",
    1024 * 1024,
    "module",
  ]] as const;
  for (const [type, limit, what] of rows) {
    const headers = { "content-type": type, "content-length": String(limit + 1) };
    const problem = await assertProblem(await send(test, "", headers), 413, "kernel-too-large");
    assertEquals([problem.limit, problem.what], [limit, what]);
    const streamed = new Blob([new Uint8Array(limit + 1)]).stream();
    const late = await send(test, streamed, { "content-type": type });
    assertEquals((await assertProblem(late, 413, "kernel-too-large")).limit, limit);
  }
  assertEquals((await send(test, "x ".repeat(32 * 1024))).status, 201);
});

Deno.test("POST /v1/kernels answers what the compiler and the gate say", async () => {
  await using test = await createTestApp();
  const compiled = await assertProblem(await send(test, "?"), 422, "kernel-not-compiled");
  assertEquals(compiled.diagnostics, [
    { line: 1, column: 1, message: "an expression is missing", source: "?" },
  ]);
  const refused = await send(test, "no module", { "content-type": "application/wasm" });
  assertEquals((await assertProblem(refused, 422, "kernel-refused")).offset, 0);
  const rows = [["compiler_busy", 429], ["compiler_unavailable", 501], [
    "kernel_compile_limit",
    422,
  ]] as const;
  for (const [code, status] of rows) {
    test.maker.failure = new JobError(code, "Cannot compile kernel");
    const response = await send(test);
    assertEquals(response.headers.get("retry-after"), code === "compiler_busy" ? "2" : null);
    await assertProblem(response, status, code.replaceAll("_", "-"));
  }
  assertEquals((await send(test)).status, 201);
});

Deno.test("POST /v1/kernels refuses one kernel too many before it compiles it", async () => {
  await using test = await createTestApp();
  for (let i = 0; i < KERNEL_LIMITS.kernels; i++) {
    await test.store.kernels.put(undefined, kernelOf(`${i}`));
  }
  const problem = await assertProblem(await send(test), 409, "too-many-kernels");
  assertEquals([problem.limit, test.maker.made.compiled], [{ ...KERNEL_LIMITS }, 0]);
  await test.app.request(`/v1/kernels/${kernelOf("0").id}`, { method: "DELETE" });
  assertEquals((await send(test)).status, 201);
});

Deno.test("GET /v1/kernels lists the engine's kernel, the library and the caller's, in this order", async () => {
  await using test = await createTestApp();
  await send(test, "b x");
  await send(test, "a x");
  const { kernels } = await readJson(test, "/v1/kernels");
  const shown = kernels.map(({ name, builtIn }: { name: string; builtIn: boolean }) =>
    `${name} ${builtIn}`
  );
  assertEquals(shown.slice(0, 2), ["fake true", "log-status true"]);
  assertEquals(shown.slice(2).sort(), ["a false", "b false"]);
  assertEquals(kernels[0], {
    id: "fake",
    name: "fake",
    builtIn: true,
    abi: 1,
    options: [],
    tokenizers: ["unicode"],
    parameters: [],
  });
  assertEquals(kernels[1].options, MANIFEST.options);
  for (const i of [0, 1]) {
    assertEquals(await readJson(test, `/v1/kernels/${kernels[i].id}`), kernels[i]);
  }
});

Deno.test("GET /v1/kernels/:kernel/source gives a source as it was sent", async () => {
  await using test = await createTestApp();
  const source = "\ufeffx // é\r\n";
  const { id } = await (await send(test, new TextEncoder().encode(source))).json();
  const response = await test.app.request(`/v1/kernels/${id}/source`);
  assertEquals(response.headers.get("content-type"), "text/typescript; charset=utf-8");
  assertEquals(new Uint8Array(await response.arrayBuffer()), new TextEncoder().encode(source));
  const library = await test.app.request("/v1/kernels/log-status/source");
  assertEquals(await library.text(), "// log-status\n");
  const declarations = await test.app.request("/v1/kernels/sdk.d.ts");
  assertEquals(declarations.headers.get("content-type"), "text/typescript; charset=utf-8");
  assertStringIncludes(await declarations.text(), "declare module");
});

Deno.test("DELETE /v1/kernels/:kernel forgets a kernel of the caller, and no other", async () => {
  await using test = await createTestApp();
  await send(test);
  const remove = (name: string) => test.app.request(`/v1/kernels/${name}`, { method: "DELETE" });
  await assertProblem(await remove("log-status"), 404, "unknown-kernel");
  assertEquals((await remove(ID.slice(0, 10))).status, 204);
  await assertProblem(await remove(ID), 404, "unknown-kernel");
  await assertProblem(await test.app.request(`/v1/kernels/${ID}`), 404, "unknown-kernel");
});

Deno.test("kernels of the server are not removed, and its own one is not tried, with the reason", async () => {
  await using test = await createTestApp();
  const rows: [string, string, string][] = [
    ["DELETE", "words", "Cannot remove kernel 'words': it comes with the server"],
    ["DELETE", "Log-Status", "Cannot remove kernel 'log-status': it comes with the server"],
    ["GET", "words/source", "the engine's own kernel has no source and no trial"],
    ["POST", "words/try", "the engine's own kernel has no source and no trial"],
  ];
  for (const [method, path, detail] of rows) {
    const response = await test.app.request(`/v1/kernels/${path}`, { method });
    const problem = await assertProblem(response, 404, "unknown-kernel");
    assertStringIncludes(problem.detail, detail);
  }
});

Deno.test("a kernel that is not there is answered with the nearest that is", async () => {
  await using test = await createTestApp();
  await send(test);
  const response = await test.app.request("/v1/kernels/log-stats");
  const problem = await assertProblem(response, 404, "unknown-kernel");
  assertEquals([problem.kernel, problem.nearest], ["log-stats", "log-status"]);
  assertEquals(problem.allowed, ["words", "log-status", ID.slice(0, 12)]);
  for (const name of [ID.slice(0, 7), "broken", "..%2f", "é"]) {
    await assertProblem(await test.app.request(`/v1/kernels/${name}`), 404, "unknown-kernel");
  }
});

Deno.test("an id that names no kernel is answered with what ids are, and the nearest that is kept", async () => {
  await using test = await createTestApp();
  const read = async (name: string) =>
    await assertProblem(await test.app.request(`/v1/kernels/${name}`), 404, "unknown-kernel");
  const without = await read("0123abcd");
  assertStringIncludes(without.detail, "64 hexadecimal digits");
  assertStringIncludes(without.detail, "no kernel has been sent here");
  assertEquals("nearest" in without, false);
  for (const first of ["abcdef01", "2345ffff"]) {
    const id = first.padEnd(64, "0");
    await test.store.kernels.put(undefined, kernelOf("x", { id }));
  }
  for (const name of ["abcdef02", "ABCD1", "abcdef01".padEnd(64, "1"), "abcdef010".repeat(8)]) {
    const { detail, nearest } = await read(name);
    assertStringIncludes(detail, "its first 8 or more name it");
    assertEquals(nearest, "abcdef010000", name);
  }
  for (const name of ["beef", "7777aaaa"]) {
    const far = await read(name);
    assertEquals("nearest" in far, false, name);
    assertStringIncludes(far.detail, "GET /v1/kernels lists");
  }
});

Deno.test("a kernel that was sent goes by its id, and not by what it calls itself", async () => {
  await using test = await createTestApp();
  await send(test);
  const problem = await assertProblem(
    await post(test.app, "/v1/count?kernel=Shouts", "b"),
    404,
    "unknown-kernel",
  );
  assertEquals(problem.nearest, ID.slice(0, 12));
  assertStringIncludes(problem.detail, "go by their ids");
});

Deno.test("the beginning of an id that two kernels share names none of them", async () => {
  await using test = await createTestApp();
  const ids = ["0", "1"].map((digit) => "abcdef01" + digit.repeat(56));
  for (const id of ids) await test.store.kernels.put(undefined, kernelOf("x", { id }));
  const problem = await assertProblem(
    await test.app.request("/v1/kernels/abcdef01"),
    404,
    "unknown-kernel",
  );
  assertEquals((problem.allowed as string[]).toSorted(), ids);
  assertEquals((await readJson(test, "/v1/kernels/abcdef011")).id, ids[1]);
});

Deno.test("POST /v1/kernels/:kernel/try answers what a kernel makes of one record", async () => {
  await using test = await createTestApp();
  const path = "/v1/kernels/log-status/try";
  const response = await post(test.app, `${path}?option.field=2`, "b a b");
  assertEquals(response.status, 200);
  const { emitted, ms, memory, output } = await response.json();
  assertEquals(emitted, ["b", "a", "b"].map((key) => ({ key, value: 1 })));
  assertEquals([ms.limit, memory.limit > memory.used, output.used], [1000, true, 5]);
  assertEquals((await (await post(test.app, path, null)).json()).emitted, []);
  const unknown = await post(test.app, `${path}?option.feild=2`, "b");
  assertEquals((await assertProblem(unknown, 400, "unknown-parameter")).nearest, "option.field");
  await assertProblem(await post(test.app, `${path}?top=2`, "b"), 400, "unknown-parameter");
  const large = await post(test.app, path, "x".repeat(64 * 1024 + 1));
  assertEquals((await assertProblem(large, 413, "body-too-large")).limit, 64 * 1024);
});

/** A server with a key for each of some tenants and rights. */
async function openWithKeys(...holders: [tenant: string, rights: Right[]][]) {
  const keys = holders.map(() => createApiKey());
  const rows = holders.map(([tenant, rights], i) => ({
    id: keys[i].id,
    tenant,
    rights,
    hash: `sha256:${digestOf(keys[i].token).toString("hex")}`,
    created: "2026-01-01T00:00:00Z",
  }));
  const test = await createTestApp({ keys: JSON.stringify(rows) });
  return { test, headers: keys.map(({ token }) => bearer(token)) };
}

Deno.test("who reads about kernels and may send one has their compiler started", async () => {
  const { test, headers } = await openWithKeys(["t", ["read"]], ["t", ["read", "kernels"]]);
  await using _ = test;
  const warmed: number[] = [];
  for (const each of headers) {
    for (const path of ["/v1/kernels", "/v1/kernels/sdk.d.ts", "/v1/kernels/log-status"]) {
      await (await test.app.request(path, { headers: each })).body?.cancel();
    }
    warmed.push(test.maker.made.warmed);
  }
  assertEquals(warmed, [0, 2]);
});

Deno.test("kernels are sent and removed by who has the right, and read by who may read", async () => {
  const { test, headers } = await openWithKeys(["t", ["read", "write"]], ["t", ["kernels"]], [
    "t",
    ["read"],
  ]);
  await using _ = test;
  const [writer, pusher, reader] = headers;
  const path = `/v1/kernels/${ID}`;
  const lacks = async (response: Promise<Response>) =>
    (await assertProblem(await response, 403, "missing-right")).right;
  assertEquals(await lacks(send(test, SOURCE, writer)), "kernels");
  assertEquals((await send(test, SOURCE, pusher)).status, 201);
  assertEquals(await lacks(test.app.request(path, { headers: pusher })), "read");
  for (const tail of ["", "/source"]) {
    assertEquals((await test.app.request(path + tail, { headers: reader })).status, 200);
  }
  assertEquals(await lacks(post(test.app, `${path}/try`, "b", { headers: reader })), "write");
  assertEquals((await post(test.app, `${path}/try`, "b", { headers: writer })).status, 200);
  assertEquals(
    await lacks(test.app.request(path, { method: "DELETE", headers: writer })),
    "kernels",
  );
  const removed = await test.app.request(path, { method: "DELETE", headers: pusher });
  assertEquals(removed.status, 204);
  await assertProblem(await test.app.request("/v1/kernels"), 401, "missing-key");
});

Deno.test("a tenant neither sees, runs nor removes the kernels of another", async () => {
  const rights: Right[] = ["read", "write", "kernels"];
  const { test, headers } = await openWithKeys(["one", rights], ["two", rights]);
  await using _ = test;
  const [one, two] = headers;
  assertEquals((await send(test, SOURCE, one)).status, 201);
  const { kernels } = await (await test.app.request("/v1/kernels", { headers: two })).json();
  assertEquals(kernels.some(({ builtIn }: { builtIn: boolean }) => !builtIn), false);
  const path = `/v1/kernels/${ID}`;
  const asks = [
    test.app.request(path, { headers: two }),
    test.app.request(`${path}/source`, { headers: two }),
    test.app.request(path, { method: "DELETE", headers: two }),
    post(test.app, `${path}/try`, "b", { headers: two }),
    post(test.app, `/v1/count?kernel=${ID}`, "b", { headers: two }),
    post(test.app, `/v1/jobs?kernel=${ID.slice(0, 8)}`, "b", { headers: two }),
  ];
  for (const ask of asks) {
    const { allowed } = await assertProblem(await ask, 404, "unknown-kernel");
    assertEquals(allowed, ["words", "log-status"]);
  }
  assertEquals((await send(test, SOURCE, two)).status, 201);
  await test.app.request(path, { method: "DELETE", headers: two });
  assertEquals((await test.app.request(path, { headers: one })).status, 200);
});
