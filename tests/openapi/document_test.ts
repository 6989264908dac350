import { assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import { type ErrorCode, JobError, PROBLEMS } from "../../src/contract/problems.ts";
import { KERNEL_PARAMETERS } from "../../src/contract/kernel_parameters.ts";
import type { Parameter } from "../../src/contract/parameters.ts";
import { COUNT_DOC } from "../../src/http/routes/count_docs.ts";
import { GET_RESULT_DOC } from "../../src/http/routes/jobs_docs.ts";
import { listProblems, templateOf } from "../../src/openapi/document.ts";
import {
  BODY_PARAMETERS,
  COUNT_PARAMETERS,
  EACH_PARAMETERS,
  OUTPUT_PARAMETERS,
} from "../../src/contract/options.ts";
import { createBareApp, createTestApp, post, type TestApp } from "../support/http/test_app.ts";

interface Operation {
  operationId: string;
  parameters?: {
    name: string;
    in: string;
    style?: string;
    explode?: boolean;
    schema: { default?: unknown; format?: string; type?: string; additionalProperties?: unknown };
  }[];
}

/** The served document's operations by method and path. */
async function readOperations(test: TestApp): Promise<Map<string, Operation>> {
  const { paths } = await (await test.app.request("/openapi.json")).json();
  return new Map(
    Object.entries<Record<string, Operation>>(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, each]) => [`${method.toUpperCase()} ${path}`, each])
    ),
  );
}

Deno.test("createDocument() has every route and method of the app, and no other", async () => {
  await using test = await createTestApp();
  using bare = createBareApp();
  const documented = [...(await readOperations(test)).keys()].sort();
  const routed = bare.app.routes.map(({ method, path }) => `${method} ${templateOf(path)}`).sort();
  assertEquals(documented, routed);
});

Deno.test("createDocument() makes OpenAPI 3.1, in which every operation has a name of its own", async () => {
  await using test = await createTestApp();
  const document = await (await test.app.request("/openapi.json")).json();
  const { valid, errors } = await new Validator().validate(document);
  assertEquals([valid, errors], [true, undefined]);
  assertEquals(document.openapi, "3.1.0");
  const ids = [...(await readOperations(test)).values()].map(({ operationId }) => operationId);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("createDocument() says what the segments of paths are", async () => {
  await using test = await createTestApp();
  const operations = await readOperations(test);
  const schemaOf = (name: string) =>
    operations.get(name)!.parameters!.find((each) => each.in === "path")!.schema;
  assertEquals(schemaOf("GET /v1/jobs/{id}").format, "uuid");
  assertEquals(schemaOf("GET /v1/stop/{language}").format, undefined);
});

Deno.test("createDocument() has every counting and output parameter with its default", async () => {
  await using test = await createTestApp();
  const count = (await readOperations(test)).get("POST /v1/count")!;
  const documented = count.parameters!.filter((each) => each.in === "query").map((
    { name, schema },
  ) => [name, schema.default]);
  const table = Object.entries<Parameter>({
    ...COUNT_PARAMETERS,
    ...KERNEL_PARAMETERS,
    ...BODY_PARAMETERS,
    ...OUTPUT_PARAMETERS,
    ...EACH_PARAMETERS,
  });
  assertEquals(documented, table.map(([name, each]) => [name, each.default]));
});

Deno.test("createDocument() says that the members of a family are parameters by themselves", async () => {
  await using test = await createTestApp();
  const count = (await readOperations(test)).get("POST /v1/count")!;
  const family = count.parameters!.find(({ name }) => name === "option.NAME")!;
  const { style, explode, schema } = family;
  assertEquals([style, explode, schema.type], ["form", true, "object"]);
  assertEquals(schema.additionalProperties, { type: "string", maxLength: 4096 });
});

Deno.test("listProblems() has every problem of the engine as it is answered", async () => {
  await using test = await createTestApp();
  using bare = createBareApp();
  const count = bare.app.table.find(({ path }) => path === "/v1/count")!;
  for (const code of listProblems(count, COUNT_DOC)) {
    test.engine.failure = new JobError(code, "Cannot count");
    const response = await post(test.app, "/v1/count", "a"); // held against the document
    assertEquals([code, response.status], [code, PROBLEMS[code].status]);
  }
  const codes = GET_RESULT_DOC.problems!.filter((code) => !OF_REQUEST.includes(code));
  for (const code of codes) {
    test.engine.failure = new JobError(code, "Cannot count");
    const location = (await post(test.app, "/v1/jobs", "a")).headers.get("location")!;
    await test.jobs.drained();
    const response = await test.app.request(`${location}/result`);
    assertEquals([code, response.status], [code, PROBLEMS[code].status]);
    assertEquals((await test.app.request(location)).status, 200);
  }
});

/** Problems of the request for a result, not of the job. */
const OF_REQUEST: readonly ErrorCode[] = [
  "unknown_job",
  "job_not_finished",
  "not_acceptable",
  "order_unavailable",
];

Deno.test("createDocument() has what every path answers when all is well", async () => {
  await using test = await createTestApp();
  const { jobs } = test;
  const paths = ["/", "/healthz", "/livez", "/readyz", "/metrics", "/v1/engine", "/v1/kernels"];
  for (const path of [...paths, "/openapi.json", "/docs"]) {
    const response = await test.app.request(path);
    assertEquals([path, response.status], [path, 200]);
    await response.body?.cancel();
  }
  const location = (await post(test.app, "/v1/jobs", "a b")).headers.get("location")!;
  await jobs.drained();
  for (const path of [location, `${location}/result`, `${location}/result?format=tsv`]) {
    assertEquals((await test.app.request(path)).status, 200);
  }
  assertEquals((await test.app.request(location, { method: "DELETE" })).status, 204);
});
