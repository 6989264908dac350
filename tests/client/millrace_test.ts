import { assert, assertEquals, assertRejects } from "@std/assert";
import { Millrace, MillraceError } from "../../src/client/mod.ts";
import { startServer } from "../../src/server.ts";
import { gatedStream } from "../support/inputs.ts";
import { createPair, WAYS } from "./support.ts";

const TEXT = "to be or not to be";
const encode = (text: string) => new TextEncoder().encode(text);

Deno.test("count() counts every kind of input, and takes the options of the HTTP interface", async () => {
  await using server = await startServer({ port: 0, workers: 1 });
  const overFetch = (url: string, init: RequestInit) => server.fetch(new Request(url, init));
  async function* parts() {
    yield encode("to be or ");
    yield encode("not to be");
  }
  for (const fetch of [undefined, overFetch]) {
    const millrace = new Millrace({ baseUrl: `${server.origin}/`, fetch });
    const inputs = [
      TEXT,
      encode(TEXT),
      new Blob([TEXT]),
      gatedStream([TEXT], Promise.resolve()),
      parts(),
      () => TEXT,
      () => Promise.resolve(parts()),
      { texts: ["to be or", "not to be"] },
      TEXT.split(" "),
    ];
    for (const input of inputs) {
      const { totals, counts } = await millrace.count(input as string, { top: 2 });
      assertEquals(counts, [{ key: "be", count: 2 }, { key: "to", count: 2 }]);
      assertEquals(totals.tokens, 6);
    }
    const words = await millrace.count(TEXT, { stopWords: ["to", "be"], columns: ["rank"] });
    assertEquals(words.counts, [
      { key: "not", count: 1, rank: 1 },
      { key: "or", count: 1, rank: 2 },
    ]);
    const grouped = await millrace.count("c,n\nOslo,12\nRome,3\nOslo,30\n", {
      kernel: "csv-group",
      kernelOptions: { by: 0, sum: 1 },
    });
    assertEquals(grouped.counts, [{ key: "Oslo", value: 42 }, { key: "Rome", value: 3 }]);
  }
});

for (const way of WAYS) {
  Deno.test(`rows() gives every row of a large answer in order, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const text = Array.from({ length: 50_000 }, (_, i) => `key-${i}`).join(" ");
    let rows = 0;
    for await (const row of pair.millrace.rows(text, { top: 0 })) {
      assert("count" in row && row.count === 1 && row.key.startsWith("key-"), JSON.stringify(row));
      rows++;
    }
    assertEquals(rows, 50_000);
    for await (const _ of pair.millrace.rows(text, { top: 0 })) break; // the rest is not read
  });

  Deno.test(`an error is the problem that the server answers, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const error = await assertRejects(
      () => pair.millrace.count(TEXT, { top: -1 }),
      MillraceError,
      "Cannot read 'top': '-1'",
    );
    assertEquals(error.type, "urn:millrace:problem:invalid-parameter");
    assertEquals([error.code, error.status], ["invalid-parameter", 400]);
    assertEquals([error.problem.parameter, error.problem.value], ["top", "-1"]);
    assertEquals(error.requestId, error.problem.requestId);
    assert(error.requestId);
    const rows = pair.millrace.rows("", {});
    assertEquals((await assertRejects(() => rows.next(), MillraceError)).code, "empty-body");
  });
}

Deno.test("the client takes only types of the server", async () => {
  const folder = new URL("../../src/client/", import.meta.url);
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".ts")) continue;
    const text = await Deno.readTextFile(new URL(name, folder));
    const code = text.replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, "");
    for (
      const [, kind, from] of code.matchAll(/(?:import|export) (type )?[^;]*? from "([^"]+)"/g)
    ) {
      assert(
        kind || /^\.\/|^\.\.\/async\/(map_ahead|own_quietly)\.ts$|^eventsource-parser$/.test(from),
        `${name}: ${from}`,
      );
    }
  }
});
