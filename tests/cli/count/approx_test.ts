import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startServer } from "../../../src/server.ts";
import { runMillrace } from "../../support/millrace.ts";
import { TempFiles } from "../../support/temp_files.ts";

Deno.test("millrace counts approximately in the memory that it is told, here and by a server", async () => {
  using files = new TempFiles();
  await using server = await startServer({ port: 0, workers: 1 });
  const rare = Array.from({ length: 200_000 }, (_, i) => `rare${i}\n`).join("");
  const path = files.write("keys.txt", rare + "frequent\n".repeat(50_000));
  const words = ["--mode", "approx", "-t", "lines", "-k", "1", "--memory", "8MiB"];
  for (const place of [["--workers", "1"], ["--server", server.origin]]) {
    const { out, said } = await runMillrace([...words, ...place, path]);
    assertMatch(out, /^frequent\t\d+\n$/);
    assertMatch(said, /[\d,]+ keys .*; counts are up to \d+ too low, keys ± 1\.6 %/);
  }
  const short = files.write("short.txt", "a b a");
  const { out } = await runMillrace(["--mode", "approx", "-f", "json", short]);
  assertEquals(JSON.parse(out).approx, { bound: 0, keysError: 0 });
});

Deno.test("millrace refuses a memory that is none of a count, and one without threads' shares", async () => {
  using files = new TempFiles();
  const path = files.write("short.txt", "a b a");
  const few = await runMillrace(["--mode", "approx", "--memory", "1MiB", path]);
  assertEquals(few.code, 2);
  assertStringIncludes(few.said, "Cannot read --memory: '1MiB' is not a size from 4MiB to 4GiB");
  const values = ["--mode", "approx", "--key", "column(1)", "--value", "column(2)", path];
  const refused = await runMillrace(values);
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.said, "Cannot use --mode");
  const shares = ["--mode", "approx", "--memory", "4MiB", "--workers", "9", "-t", "icu", path];
  const small = await runMillrace(shares);
  assertEquals(small.code, 2);
  assertStringIncludes(small.said, "Cannot use --memory: 9 threads count here");
});
