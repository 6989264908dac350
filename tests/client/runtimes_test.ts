import { assertEquals } from "@std/assert";
import { readClient } from "./client_program.ts";

// No browser runs the client here: that it has every name that the client uses is all that is said.

/** The client takes only types from there. */
const OF_TYPES = "/src/contract/";

/** What Deno, Node or Bun alone have, or only new runtimes. */
const STRANGE = [
  "Deno.cwd();",
  "process.exit();",
  'Buffer.from("");',
  "Bun.version;",
  "setImmediate(() => {});",
  "Promise.withResolvers();",
  "ReadableStream.from([]);",
];

Deno.test("the client uses nothing but the language and what browsers have", () => {
  const { problems } = readClient(["export {};", ...STRANGE].join("\n"));
  const [strange, own] = [[] as number[], [] as typeof problems];
  for (const problem of problems) {
    if (problem.file === "/more.ts") strange.push(problem.line);
    else if (!problem.file.includes(OF_TYPES)) own.push(problem);
  }
  assertEquals(own, []);
  assertEquals(strange, STRANGE.map((_, i) => i + 1), "each of these must be found");
});
