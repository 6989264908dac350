import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { createOriginCheck } from "../../../src/http/door/cross_origin.ts";

const HOST = "counts.example:8000";
const ALLOWED = "https://app.example";

/** Headers of a request for `HOST`, and whether it may do something. */
const ROWS: readonly [about: string, headers: Record<string, string>, good: boolean][] = [
  ["a program", {}, true],
  ["a page of ours", { "sec-fetch-site": "same-origin", origin: `http://${HOST}` }, true],
  ["a page of ours behind a proxy that names another host", {
    "sec-fetch-site": "same-origin",
    origin: "https://outer.example",
  }, true],
  ["a user", { "sec-fetch-site": "none" }, true],
  [
    "a page of another site",
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    false,
  ],
  ["a page of a sister's", { "sec-fetch-site": "same-site", origin: "https://a.example" }, false],
  ["a page that hides its origin", { "sec-fetch-site": "cross-site", origin: "null" }, false],
  ["a page without Origin", { "sec-fetch-site": "cross-site" }, false],
  ["a relation not known yet", { "sec-fetch-site": "something" }, false],
  ["a page over plain HTTP", { origin: "http://evil.example" }, false],
  ["a page of ours over plain HTTP", { origin: `http://${HOST}` }, true],
  ["likewise, in capitals", { origin: `http://${HOST.toUpperCase()}` }, true],
  ["another port of our host", { origin: "http://counts.example:9" }, false],
  ["a sandboxed page", { origin: "null" }, false],
  ["no origin at all", { origin: "" }, false],
  ["a listed origin", { origin: ALLOWED }, true],
  ["a listed origin's page", { "sec-fetch-site": "cross-site", origin: ALLOWED }, true],
  ["one that begins like a listed one", { origin: `${ALLOWED}.evil.example` }, false],
];

Deno.test("createOriginCheck() refuses what pages of other origins would have done", () => {
  const check = createOriginCheck([ALLOWED])!;
  for (const [about, headers, good] of ROWS) {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      const request = new Request(`http://${HOST}/v1/count`, { method, headers });
      if (good) {
        check(request, HOST);
        continue;
      }
      const error = assertThrows(() => check(request, HOST), JobError, undefined, about);
      assertEquals([error.code, error.details.option], ["cross_origin", "--cors-origin"], about);
      assertStringIncludes(error.message, "MILLRACE_CORS_ORIGIN");
    }
    for (const method of ["GET", "HEAD", "OPTIONS"]) {
      check(new Request(`http://${HOST}/v1/count`, { method, headers }), HOST);
    }
  }
});

Deno.test("createOriginCheck() has nothing to check where all origins may", () => {
  assertEquals(createOriginCheck(["*"]), undefined);
});
