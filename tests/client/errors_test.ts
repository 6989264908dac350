import { assert, assertEquals, assertRejects } from "@std/assert";
import * as client from "../../src/client/mod.ts";
import { InvalidParameterError, MillraceError, UnknownKernelError } from "../../src/client/mod.ts";
import { createError } from "../../src/client/create_error.ts";
import { type ErrorCode, PROBLEMS } from "../../src/contract/problems.ts";
import { renewErrors } from "../../src/guides/write_tables.ts";
import { createPair } from "./support.ts";

const CODES = Object.keys(PROBLEMS) as ErrorCode[];

function problemOf(code: string, status = 400) {
  return { type: `urn:millrace:problem:${code}`, title: "", status, detail: "Cannot" };
}

Deno.test("every problem has a class of its own, of the name that its errors have", () => {
  const names = new Set<string>();
  for (const code of CODES) {
    const error = createError(problemOf(code.replaceAll("_", "-"), PROBLEMS[code].status), "id");
    const Class = (client as Record<string, unknown>)[error.name] as typeof MillraceError;
    assert(Class !== undefined && error instanceof Class, code);
    assert(error instanceof MillraceError && error.constructor === Class, code);
    assertEquals([error.name, error.code, error.status, error.requestId], [
      Class.name,
      code.replaceAll("_", "-"),
      PROBLEMS[code].status,
      "id",
    ]);
    names.add(error.name);
  }
  assertEquals(names.size, CODES.length);
});

Deno.test("the classes are those that deno task docs writes", async () => {
  const { written, renewed } = await renewErrors();
  assertEquals(written, renewed, "run deno task docs");
});

Deno.test("a problem that this client does not know is a MillraceError", () => {
  for (const type of ["about:blank", "urn:millrace:problem:of-tomorrow", "https://example/x"]) {
    const error = createError({ ...problemOf(""), type });
    assertEquals([error.constructor, error.name, error.type], [
      MillraceError,
      "MillraceError",
      type,
    ]);
  }
});

Deno.test("the members of a problem have types by its class", async () => {
  await using pair = await createPair("fetch");
  const invalid = await assertRejects(
    () => pair.millrace.count("a", { top: -1 }),
    InvalidParameterError,
  );
  const code: "invalid-parameter" = invalid.code;
  const parameter: string | undefined = invalid.problem.parameter;
  assertEquals([code, parameter, invalid.problem.value], ["invalid-parameter", "top", "-1"]);
  const unknown = await assertRejects(() => pair.millrace.kernels.get("wrods"), UnknownKernelError);
  const kernel: string | undefined = unknown.problem.kernel;
  assertEquals(kernel, "wrods");
});
