import { OpenAPIHono, z } from "@hono/zod-openapi";
import config from "../../deno.json" with { type: "json" };
import { VERSION } from "../version.ts";
import { type ErrorCode, PROBLEMS } from "../contract/problems.ts";
import {
  ACCESS_PROBLEMS,
  COMMON_PROBLEMS,
  type DocumentedRoute,
  type Example,
  type OperationDoc,
  type ResponseDoc,
} from "./operation.ts";
import { EXAMPLE_SITE } from "./example_site.ts";
import {
  FORM_INPUT,
  JSON_INPUT,
  NDJSON_INPUT,
  problemSchema,
  type SchemaName,
  SCHEMAS,
} from "./schemas.ts";
import { querySchema } from "./parameter_schemas.ts";

/** An OpenAPI document, as far as its readers look into it. */
export type OpenApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

type RouteConfig = Parameters<OpenAPIHono["openAPIRegistry"]["registerPath"]>[0];
type Responses = RouteConfig["responses"];

const INTRODUCTION = `Counts words, n-grams and lines exactly: send a text, get its counts.

Every path that has a GET answers HEAD too, and every path answers OPTIONS. Every response has an
X-Request-Id. Whatever goes wrong is told as application/problem+json (RFC 9457).`;

/** Name of the security scheme. */
const KEY = "apiKey";

/** OpenAPI 3.1 takes an SPDX expression; the types that the document is made by are of 3.0. */
const LICENSE = { name: config.license, identifier: config.license };

/** What the segments of paths are, by their names: a job's id is a UUID. */
const PATH_PARAMETERS: Readonly<Record<string, z.ZodType>> = { id: z.uuid() };

/** Bytes as they are. Client generators know them by this format, not by JSON Schema's words. */
const BYTES = z.string().openapi({ format: "binary" });

/** Makes the document of a table of routes. */
export function createDocument(routes: readonly DocumentedRoute[]): OpenApiDocument {
  const app = new OpenAPIHono();
  app.openAPIRegistry.registerComponent("securitySchemes", KEY, {
    type: "http",
    scheme: "bearer",
    description: "Asked for where the server has keys",
  });
  for (const route of routes) {
    for (const [method, { docs }] of Object.entries(route.methods)) {
      app.openAPIRegistry.registerPath(describeOperation(method, route, docs));
    }
  }
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Millrace",
      version: VERSION,
      description: INTRODUCTION,
      license: LICENSE,
    },
    servers: [{ url: "/", description: "Where this document comes from" }],
  });
}

/** OpenAPI's way to write a path: `:id` is `{id}`. */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, "{$1}");
}

function describeOperation(
  method: string,
  route: DocumentedRoute,
  doc: OperationDoc,
): RouteConfig {
  const { path } = route;
  const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name);
  const examples = (doc.examples ?? []).map((each) => formatCurl(method, path, each));
  return {
    method: method.toLowerCase() as RouteConfig["method"],
    path: templateOf(path),
    operationId: doc.id,
    tags: [doc.tag],
    summary: doc.summary,
    description: doc.about,
    request: {
      params: names.length > 0
        ? z.object(
          Object.fromEntries(names.map((name) => [name, PATH_PARAMETERS[name] ?? z.string()])),
        )
        : undefined,
      query: doc.query && querySchema(doc.query),
      headers: doc.headers && headersSchema(doc.headers).partial(),
      body: describeBody(doc),
    },
    security: isPublic(route) ? [] : [{ [KEY]: [] }, {}],
    responses: describeResponses(route, doc),
    ...(examples.length > 0 && { "x-codeSamples": examples }),
  };
}

function describeBody({ takesText, takes, examples = [] }: OperationDoc) {
  if (takesText) return describeText(examples);
  if (takes === undefined) return undefined;
  const content = Object.entries(takes).map(([type, kind]) => [type, {
    schema: schemaNamed(kind),
    examples: examplesOf(examples.filter((each) => each.contentType === type), ({ body }) => body),
  }]);
  return { required: true, content: Object.fromEntries(content) };
}

function describeText(examples: readonly Example[]) {
  const shown = (type: string) =>
    examples.filter(({ body, contentType }) => body !== undefined && contentType === type);
  const bodiesOf = (type: string) => examplesOf(shown(type), ({ body }) => body);
  const about = "Any text, of any size";
  return {
    required: true,
    content: {
      "text/plain": {
        schema: z.string().min(1).describe(about),
        examples: bodiesOf("text/plain"),
      },
      "application/octet-stream": { schema: BYTES.describe(about) },
      "application/json": {
        schema: JSON_INPUT,
        examples: examplesOf(shown("application/json"), ({ body }) => JSON.parse(body!)),
      },
      "application/x-ndjson": {
        schema: NDJSON_INPUT,
        examples: bodiesOf("application/x-ndjson"),
      },
      "application/x-www-form-urlencoded": {
        schema: FORM_INPUT,
        examples: examplesOf(
          shown("application/x-www-form-urlencoded"),
          ({ body }) => Object.fromEntries(new URLSearchParams(body)),
        ),
      },
      "multipart/form-data": { schema: FORM_INPUT },
    },
  };
}

function describeResponses(route: DocumentedRoute, doc: OperationDoc): Responses {
  const responses: Responses = {};
  for (const [status, answer] of Object.entries(doc.answers)) {
    responses[status] = describeAnswer(Number(status), answer, doc.examples ?? []);
  }
  const codes = [...listProblems(route, doc)];
  for (const [status, same] of Map.groupBy(codes, (code) => PROBLEMS[code].status)) {
    responses[status] = describeProblems(status, same, doc.examples ?? []);
  }
  return responses;
}

/** Every problem that one operation of a route may answer. */
export function listProblems(route: DocumentedRoute, doc: OperationDoc): Set<ErrorCode> {
  const codes: ErrorCode[] = [];
  if (!doc.ignoresQuery) codes.push("unknown_parameter");
  if (doc.query) codes.push("invalid_parameter", "duplicate_parameter");
  codes.push(...doc.problems ?? []);
  if (!route.whileDraining) codes.push("shutting_down");
  if (!isPublic(route)) codes.push(...ACCESS_PROBLEMS);
  return new Set([...codes, ...COMMON_PROBLEMS]);
}

function isPublic({ access }: DocumentedRoute): boolean {
  return access === "everybody";
}

function describeAnswer(status: number, answer: ResponseDoc, examples: readonly Example[]) {
  const content = Object.entries(answer.content ?? {}).map(([type, name]) => [type, {
    schema: schemaNamed(name),
    examples: examplesOf(answeredBy(examples, status, type), ({ answer }) => answer),
  }]);
  return {
    description: answer.about,
    ...(answer.headers && { headers: headersSchema(answer.headers).partial() }),
    ...(content.length > 0 && { content: Object.fromEntries(content) }),
  };
}

function headersSchema(headers: Readonly<Record<string, string>>): z.ZodObject {
  const entries = Object.entries(headers).map(([name, about]) =>
    [name, z.string().describe(about)] as const
  );
  return z.object(Object.fromEntries(entries));
}

function schemaNamed(name: SchemaName | "text" | "bytes"): z.ZodType {
  if (name === "text") return z.string();
  if (name === "bytes") return BYTES;
  return SCHEMAS[name];
}

function describeProblems(
  status: number,
  codes: readonly ErrorCode[],
  examples: readonly Example[],
) {
  const type = "application/problem+json";
  return {
    description: codes.map((code) => PROBLEMS[code].title).join("; "),
    content: {
      [type]: {
        schema: problemSchema(codes),
        examples: examplesOf(answeredBy(examples, status, type), ({ answer }) => answer),
      },
    },
  };
}

function answeredBy(examples: readonly Example[], status: number, type: string): Example[] {
  return examples.filter((each) => each.status === status && each.mediaType === type);
}

function examplesOf(examples: readonly Example[], valueOf: (example: Example) => unknown) {
  if (examples.length === 0) return undefined;
  return Object.fromEntries(
    examples.map((each) => [each.name, { summary: each.summary, value: valueOf(each) }]),
  );
}

/** The example as a line for a shell. */
function formatCurl(method: string, path: string, { summary, query, body, contentType }: Example) {
  const url = `${EXAMPLE_SITE}${path.replace(/:(\w+)/g, "$$$1")}${query ? `?${query}` : ""}`;
  const parts = ["curl -s"];
  if (method !== "GET" && !(method === "POST" && body !== undefined)) parts.push(`-X ${method}`);
  if (contentType) parts.push(`-H 'content-type: ${contentType}'`);
  if (body !== undefined) parts.push(`--data-binary ${quote(body)}`);
  parts.push(path.includes(":") ? `"${url}"` : `'${url}'`);
  return { lang: "Shell", label: summary, source: parts.join(" ") };
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
