import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { splitLists } from "../../src/client/long_lists.ts";
import { startServer } from "../../src/server.ts";
import { gatedStream } from "../support/inputs.ts";

const PATTERNS = Array.from({ length: 10_000 }, (_, i) => `<${i} é>`);
const TEXT = PATTERNS.slice(0, 300).join("");
const ASKED = { tokenizer: "pattern", patterns: PATTERNS } as const;

Deno.test("splitLists() takes lists out of a long query alone, and leaves what a line cannot hold", () => {
  const short = { patterns: ["a"], top: 1 };
  assertEquals(splitLists(short), { query: short });
  const { query, lists } = splitLists({ ...ASKED, stopWords: ["a\nb"], keep: [], top: 1 });
  assertEquals(query, { tokenizer: "pattern", stopWords: ["a\nb"], keep: [], top: 1 } as object);
  assertEquals(lists, { patterns: PATTERNS });
});

Deno.test("a client sends long lists with its input, whatever that is", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const bytes = new TextEncoder().encode(TEXT);
  const latin1 = Uint8Array.from("<1 \xe9>", (char) => char.charCodeAt(0));
  const overFetch = (url: string, init: RequestInit) => server.fetch(new Request(url, init));
  for (const fetch of [undefined, overFetch]) {
    const millrace = new Millrace({ baseUrl: server.origin, fetch });
    const inputs = [
      TEXT,
      bytes,
      new Blob([TEXT]),
      gatedStream([TEXT], Promise.resolve()),
      () => gatedStream([TEXT], Promise.resolve()),
      { texts: [TEXT] },
    ];
    for (const input of inputs) {
      const { totals, options } = await millrace.count(input as string, ASKED);
      assertEquals([totals.keys, totals.counted], [300, 300]);
      assertEquals(options.patterns, PATTERNS);
      const job = millrace.jobs.submit(TEXT, { ...ASKED, top: 1 });
      assertEquals((await job.result()).totals.keys, 300);
    }
    const labelled = new Blob([latin1], { type: "text/plain; charset=latin1" });
    assertEquals((await millrace.count(labelled, ASKED)).counts, [{ key: "<1 é>", count: 1 }]);
    for (const input of ["a", () => gatedStream(["a"], Promise.resolve())] as string[]) {
      const grouped = await millrace.count(input, { by: ["part"], stopWords: PATTERNS });
      assertEquals(grouped.counts, [{ key: ["0", "a"], count: 1 }]);
    }
    const words = await millrace.count(["a", "<1 é>"], { stopWords: PATTERNS });
    assertEquals(words.counts, [{ key: "a", count: 1 }]);
  }
});

Deno.test("a job with long lists is the same job when it is submitted again", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const id = crypto.randomUUID();
  for (let i = 0; i < 2; i++) {
    const job = millrace.jobs.submit(TEXT, { ...ASKED, id });
    await job.uploaded;
    assertEquals([job.id, (await job.result()).totals.keys], [id, 300]);
  }
});

Deno.test("a client is told what is wrong of lists that go with an input, and ends its source", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const millrace = new Millrace({ baseUrl: server.origin });
  const refuse = (patterns: string[]) =>
    assertRejects(() => millrace.count(TEXT, { ...ASKED, patterns }), MillraceError);
  const tooMany = await refuse([...PATTERNS, "a"]);
  assertEquals([tooMany.code, tooMany.problem.limit], ["invalid-parameter", 10_000]);
  assertMatch(tooMany.message, /'patterns' of the body: it has 10001 items/);
  assertEquals((await refuse(Array(2000).fill("a\nb"))).code, "uri-too-long");
  const ended = Promise.withResolvers<void>();
  const stop = new AbortController();
  const source = new ReadableStream<Uint8Array>({
    pull() {
      stop.abort(); // while a form waits for its text
      return new Promise(() => {});
    },
    cancel: () => ended.resolve(),
  }, { highWaterMark: 0 });
  const { signal } = stop;
  await assertRejects(() => millrace.count(source, { ...ASKED, signal }), DOMException);
  await ended.promise;
});
