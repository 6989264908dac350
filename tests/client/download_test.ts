import { assertEquals, assertRejects } from "@std/assert";
import { MillraceError } from "../../src/client/mod.ts";
import { createPair, WAYS } from "./support.ts";

const TEXT = "b a b c b a";

/** Everything that a program can ask of the bytes of an answer. */
async function bytesOf(response: Response): Promise<[string | null, string]> {
  return [response.headers.get("content-type"), await response.text()];
}

for (const way of WAYS) {
  Deno.test(`download() gives the server's own bytes in every format, over a ${way}`, async () => {
    await using pair = await createPair(way);
    const { millrace, test } = pair;
    const job = millrace.jobs.submit(TEXT, { top: 2 });
    for (const format of ["json", "ndjson", "csv", "tsv", "arrow"] as const) {
      const query = `top=2&format=${format}&columns=rank`;
      const init = { method: "POST", body: TEXT };
      const asked = await test.app.request(`/v1/count?${query}`, init);
      const downloaded = await millrace.download(TEXT, { top: 2, format, columns: ["rank"] });
      const [type, text] = await bytesOf(asked);
      assertEquals((await bytesOf(downloaded))[0], type, format);
      if (format !== "json") { // JSON tells times
        const again = await millrace.download(TEXT, { top: 2, format, columns: ["rank"] });
        assertEquals(await again.text(), text, format);
        const kept = await job.download({ format, columns: ["rank"] });
        assertEquals(await bytesOf(kept), [type, text], format);
      }
    }
    const sheet = await millrace.download(TEXT, { top: 1, format: "csv", csvBom: true });
    const bytes = await sheet.bytes();
    assertEquals(
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes),
      "\ufeffkey,count\r\nb,3\r\n",
    );
    const page = await job.download({ format: "tsv", top: 0, limit: 1 });
    assertEquals(await page.text(), "b\t3\n");
  });
}

Deno.test("download() rejects as count() does, and its body ends when the caller aborts", async () => {
  await using pair = await createPair("socket");
  const { millrace } = pair;
  const error = await assertRejects(() => millrace.download("a", { top: -1 }), MillraceError);
  assertEquals(error.code, "invalid-parameter");
  const caller = new AbortController();
  const text = Array.from({ length: 200_000 }, (_, i) => `key-${i}`).join(" ");
  const { signal } = caller;
  const { body } = await millrace.download(text, { top: 0, format: "tsv", signal });
  const reader = body!.getReader();
  await reader.read();
  caller.abort(new Error("enough"));
  await assertRejects(
    async () => {
      while (!(await reader.read()).done);
    },
    Error,
    "enough",
  );
});
