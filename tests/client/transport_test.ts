import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { gatedStream } from "../support/inputs.ts";
import { soon } from "../support/waits.ts";
import { createPair, fetchOf, WAYS } from "./support.ts";

interface Sent {
  url: string;
  init: RequestInit;
}

/** A client whose requests are answered by these, one after the other. */
function scripted(...answers: (() => Response | Promise<Response>)[]) {
  const sent: Sent[] = [];
  const fetch = (url: string, init: RequestInit) => {
    sent.push({ url, init });
    return Promise.resolve(answers[Math.min(sent.length, answers.length) - 1]());
  };
  const connect = (options = {}) =>
    new Millrace({ baseUrl: "http://x/prefix/", key: "secret", fetch, ...options });
  return { sent, millrace: connect(), connect };
}

const DONE = () => Response.json({ counts: [] });
const LOST = () => Promise.reject(new TypeError("connection reset"));

function refusal(status: number, retryAfter?: string, type = "application/problem+json") {
  const headers = {
    "content-type": type,
    "x-request-id": "r",
    ...(retryAfter && { "retry-after": retryAfter }),
  };
  const problem = { type: "urn:millrace:problem:x", title: "", status, detail: "Cannot" };
  return () => new Response(JSON.stringify(problem), { status, headers });
}

Deno.test("a request names its key and goes below the path of the base URL", async () => {
  const { sent, millrace } = scripted(DONE);
  await millrace.count(["a", "b"], { stop: ["en", "de"], kernelOptions: { by: 1 } });
  const { url, init } = sent[0];
  assertEquals(
    url,
    "http://x/prefix/v1/count?stop=en&stop=de&format=json&option.by=1",
  );
  assertEquals([init.method, init.body], ["PUT", '["a","b"]']);
  const headers = new Headers(init.headers);
  assertEquals(headers.get("authorization"), "Bearer secret");
  assertEquals(headers.get("content-type"), "application/json");
});

Deno.test("a request is sent again where it may succeed then, and nowhere else", async () => {
  const rows: [string, Parameters<typeof scripted>, number, boolean][] = [
    ["the server says when", [refusal(429, "0"), refusal(503, "0"), DONE], 3, true],
    ["a date", [refusal(503, new Date(0).toUTCString()), DONE], 2, true],
    ["a lost connection", [LOST, DONE], 2, true],
    ["a proxy without an upstream", [refusal(502, undefined, "text/html"), DONE], 2, true],
    ["too often", [refusal(503, "0")], 3, false],
    ["a mistake", [refusal(400), DONE], 1, false],
    ["a job that took too long", [refusal(504), DONE], 1, false],
    ["much later", [refusal(429, "3600"), DONE], 1, false],
  ];
  for (const [what, answers, requests, succeeds] of rows) {
    const { sent, millrace } = scripted(...answers);
    const outcome = await millrace.count("a").then(() => true, () => false);
    assertEquals([sent.length, outcome], [requests, succeeds], what);
  }
  const { sent, connect } = scripted(LOST);
  await assertRejects(() => connect({ maxRetries: 0 }).count("a"), TypeError, "connection reset");
  assertEquals(sent.length, 1);
});

Deno.test("a body that can be read once is sent once; a function opens it anew", async () => {
  const stream = () => gatedStream(["a"], Promise.resolve());
  const once = scripted(LOST, DONE);
  await assertRejects(() => once.millrace.count(stream()), TypeError);
  assertEquals(once.sent.length, 1);
  const anew = scripted(LOST, DONE);
  await anew.millrace.count(stream);
  assert(anew.sent[0].init.body !== anew.sent[1].init.body);
});

Deno.test("an input that fails tells why itself, and is not sent again", async () => {
  await using pair = await createPair(WAYS[0]);
  async function* parts() {
    yield new Uint8Array(8);
    await Promise.resolve();
    throw new RangeError("the source is gone");
  }
  let opened = 0;
  const inputs = [parts(), ReadableStream.from(parts()), () => (opened++, parts())];
  for (const input of inputs) {
    const counted = () => pair.millrace.count(input as AsyncIterable<Uint8Array>);
    await assertRejects(counted, RangeError, "the source is gone");
  }
  assertEquals(opened, 1);
});

Deno.test("a base URL that is none is refused before a request", () => {
  for (const baseUrl of ["foo", "", "localhost:8000", "file:///x"]) {
    assertThrows(() => new Millrace({ baseUrl }), TypeError, `Cannot call '${baseUrl}'`);
  }
});

Deno.test("a pause before another try ends when the caller aborts, and when time is up", async () => {
  const { sent, millrace } = scripted(refusal(503, "50"));
  const caller = new AbortController();
  const counting = millrace.count("a", { signal: caller.signal });
  const reason = new Error("enough");
  setTimeout(() => caller.abort(reason));
  assertEquals(await soon(counting.catch((error) => error)), reason);
  const late = await soon(millrace.count("a", { timeoutMs: 5 }).catch((error) => error));
  assertEquals([late.name, late.message], ["TimeoutError", "There was no answer after 5 ms"]);
  assertEquals(sent.length, 2);
  const aborted = AbortSignal.abort(reason);
  assertEquals(await millrace.count("a", { signal: aborted }).catch((error) => error), reason);
  assertEquals(sent.length, 2);
});

Deno.test("an answer that is no problem document is an error that shows it", async () => {
  const { millrace } = scripted(() => new Response("<h1>Forbidden</h1>", { status: 403 }));
  const error = await assertRejects(() => millrace.count("a"), MillraceError, "<h1>Forbidden");
  assertEquals([error.type, error.status], ["about:blank", 403]);
});

Deno.test("an upload that is lost is sent again under its id, and counted once", async () => {
  await using pair = await createPair("fetch");
  const fetch = fetchOf(pair.test);
  let puts = 0;
  const millrace = pair.connect({
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      if (init.method === "PUT" && ++puts === 1) throw new TypeError("the answer was lost");
      return response;
    },
  });
  const { totals } = await millrace.jobs.submit("to be or not to be").result();
  assertEquals([puts, pair.test.engine.jobs.length, totals.tokens], [2, 1, 6]);
});
