import { assertEquals } from "@std/assert";
import { resetSync } from "@logtape/logtape";
import { ignoreError, own } from "../../src/async/own.ts";
import { captureLogs } from "../support/logs.ts";

Deno.test("own() tells the value or the error of a promise, and logs an error that nobody wants", async () => {
  const lines = captureLogs();
  const told: unknown[] = [];
  const tell = (value: unknown) => told.push(value);
  own(Promise.resolve("value"), tell, tell);
  own(Promise.reject("error"), tell, tell);
  own(Promise.reject("ignored"), ignoreError);
  own(Promise.resolve("ignored"));
  own(Promise.reject("logged"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  resetSync();
  assertEquals(told, ["value", "error"]);
  assertEquals(lines.map(({ level, error }) => [level, error]), [["error", "logged"]]);
});
