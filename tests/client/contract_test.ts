import { assert, assertEquals } from "@std/assert";
import type ts from "typescript";
import { createTestApp } from "../support/http/test_app.ts";
import { type ClientProgram, readClient } from "./client_program.ts";
import { type Schema, SchemaComparison } from "./schema_differences.ts";

interface Parameter {
  in: string;
  name: string;
  schema: Schema;
}

interface OpenApi {
  paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
  components: { schemas: Record<string, Schema> };
}

/** Every document that the client gives, by its name in the interface. */
const DOCUMENTS = {
  Collocations: "CollocationsDocument",
  Comparison: "ComparisonDocument",
  CountResult: "ResultDocument",
  Job: "JobDocument",
  Kernel: "KernelDocument",
  KernelTrial: "KernelTrialDocument",
  Engine: "EngineDocument",
  Access: "AccessDocument",
  Problem: "ProblemDocument",
};

/** Every type of what a query may say, and parameters that the client says by itself. */
const QUERIES = [
  ["DownloadRequest", "put", "/v1/count", ["each"]],
  ["ResultDownloadRequest", "get", "/v1/jobs/{id}/result", ["wait"]],
  ["ListRequest", "get", "/v1/jobs", ["cursor"]],
  ["CollocationsDownloadRequest", "get", "/v1/jobs/{id}/collocations", []],
  ["PartRequest", "post", "/v1/jobs/{id}/parts", []],
  ["UploadRequest", "post", "/v1/results", []],
  ["CompareDownloadRequest", "get", "/v1/jobs/{id}/compare", ["with"]],
  ["EventsOptions", "get", "/v1/jobs/{id}/events", ["wait"]],
] as const;

/** Members that are no parameters. */
const OF_CALLS = ["signal", "timeoutMs"];

const document: OpenApi = await readDocument();
const client = readClient();

async function readDocument(): Promise<OpenApi> {
  await using test = await createTestApp();
  return await (await test.app.request("/openapi.json")).json();
}

function typeOf({ checker, exported }: ClientProgram, name: string): ts.Type {
  const symbol = exported.get(name);
  if (!symbol) throw new Error(`the client does not export ${name}`);
  return checker.getDeclaredTypeOfSymbol(symbol);
}

/** Keys of several parts, which callers who ask for them say by a parameter of the type. */
const OF_PARTS = "ResultDocument.counts[].key: string is array | string in the document";

function differences(schemas: Record<string, Schema>): string[] {
  const comparison = new SchemaComparison(client.checker, schemas);
  for (const [name, type] of Object.entries(DOCUMENTS)) {
    comparison.compare(type, typeOf(client, type), schemas[name]);
  }
  return comparison.differences;
}

Deno.test("the documents of the client are those of /openapi.json, member by member", () => {
  assertEquals(differences(document.components.schemas), [OF_PARTS]);
});

Deno.test("a document that drifts is found", () => {
  const drifts: [string, (job: Schema, result: Schema) => void][] = [
    ["JobDocument.later is in the document alone", ({ properties }) => {
      properties!.later = { type: "string" };
    }],
    ["JobDocument.attempt: number is string", ({ properties }) => {
      properties!.attempt = { type: "string" };
    }],
    ["JobDocument.attempt is not in the document", ({ properties }) => {
      delete properties!.attempt;
    }],
    ["JobDocument.totals is always there", ({ required }) => void required!.push("totals")],
    ['JobDocument.state: "cancelled"', ({ properties }) => {
      properties!.state = { type: "string", enum: ["done"] };
    }],
    ["ResultDocument.counts[].key: string is number", (_, { properties }) => {
      properties!.counts.items!.properties!.key = { type: "integer" };
    }],
  ];
  for (const [expected, change] of drifts) {
    const schemas = structuredClone(document.components.schemas);
    change(schemas.Job, schemas.CountResult);
    const found = differences(schemas);
    assert(found.some((each) => each.startsWith(expected)), `${expected}: ${found}`);
  }
});

Deno.test("what the client's queries may say is what /openapi.json says", () => {
  for (const [name, method, path, own] of QUERIES) {
    const { parameters = [] } = document.paths[path][method];
    const asked = parameters.filter((each) =>
      each.in === "query" && !own.includes(each.name as never)
    );
    const members = client.checker.getPropertiesOfType(typeOf(client, name))
      .filter((each) => !OF_CALLS.includes(each.name));
    const names = asked.map((each) => each.name === "option.NAME" ? "kernelOptions" : each.name);
    assertEquals(members.map((each) => each.name).sort(), names.sort(), name);
    const comparison = new SchemaComparison(client.checker, document.components.schemas);
    for (const { name: parameter, schema } of asked) {
      const member = members.find((each) => each.name === parameter);
      if (!member) continue; // options of kernels have names of their own
      comparison.compare(`${name}.${parameter}`, client.checker.getTypeOfSymbol(member), schema);
    }
    assertEquals(comparison.differences, []);
  }
});
