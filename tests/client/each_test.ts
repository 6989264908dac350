import { assert, assertEquals, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { startServer } from "../../src/server.ts";

Deno.test("countEach() gives what came of each text, in their order, over many requests", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  let requests = 0;
  const fetch = (url: string, init: RequestInit) => {
    requests++;
    return globalThis.fetch(url, init);
  };
  const millrace = new Millrace({ baseUrl: server.origin, fetch });
  const texts = Array.from({ length: 3000 }, (_, i) => `w${i}\n"é" ` + "x ".repeat(i % 200));
  texts[1234] = "z".repeat(1024 * 1024 + 1);
  async function* given() {
    yield* texts;
  }
  let i = 0;
  for await (const answer of millrace.countEach(given(), { top: 1, order: "key" })) {
    if (answer.error) {
      assertEquals([i, answer.error instanceof MillraceError], [1234, true]);
      assertEquals([answer.error.code, answer.error.problem.line], ["body-too-large", 1235]);
    } else {
      const { tokens, keys, counts } = answer;
      const extra = i % 200 > 0 ? 1 : 0;
      assertEquals([tokens, keys, counts], [2 + i % 200, 2 + extra, [[`w${i}`, 1]]]);
    }
    i++;
  }
  assertEquals(i, texts.length);
  assert(requests >= 5 && requests <= 20, `${requests} requests`);
  const totals = await Array.fromAsync(millrace.countEach(["a b a"], { only: "totals" }));
  assertEquals(totals, [{ tokens: 3, keys: 2, counted: 3 }]);
  assertEquals(await Array.fromAsync(millrace.countEach([])), []);
});

Deno.test("countEach() takes texts as answers are taken, and ends its texts", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  let taken = 0;
  let ended = false;
  async function* endless() {
    try {
      for (;;) {
        taken++;
        yield "to be or not to be ".repeat(50);
      }
    } finally {
      ended = true;
    }
  }
  for await (const { error } of millrace.countEach(endless())) {
    assertEquals(error, undefined);
    break;
  }
  assert(taken < 2000, `${taken} texts were taken`);
  assertEquals(ended, true);
});

Deno.test("countEach() throws what concerns no text alone", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const next = (texts: Iterable<string>, request = {}) => millrace.countEach(texts, request).next();
  await assertRejects(() => next("text"), TypeError, "letters");
  await assertRejects(() => next([1 as unknown as string]), TypeError, "no string");
  const error = await assertRejects(() => next(["a"], { tokenizer: "icu" }), MillraceError);
  assertEquals([error.code, error.problem.other], ["invalid-parameter", "each"]);
  const stop = AbortSignal.abort(new Error("stopped"));
  await assertRejects(() => next(["a"], { signal: stop }), Error, "stopped");
});
