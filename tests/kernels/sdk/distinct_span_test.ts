import { assert, assertEquals, assertThrows } from "@std/assert";
import type { RunnableKernel } from "../../../src/contract/kernel_manifest.ts";
import { admitModule } from "../../../src/kernels/gate/admit_module.ts";
import { WorkerTrier } from "../../../src/kernels/worker_trier.ts";
import { parseCsv, writeRandomCsv } from "../../support/csv.ts";
import { run, startSmall } from "../../support/modules/engine_runs.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { KernelFailure, readLibraryKernel, UserKernel } from "../../support/user_kernel.ts";
import { readValues } from "../../support/values.ts";
import { PATIENCE_MS } from "../../support/waits.ts";

// Kernels of the library that emit pairs, or combine values themselves.

const ENTRY = new URL("../../../workers/try_worker.ts", import.meta.url);
const DISTINCT = await readLibraryKernel("distinct-field");
const SPAN = await readLibraryKernel("csv-span");

function runnable(binary: Uint8Array<ArrayBuffer>, options: unknown): RunnableKernel {
  const { module, manifest } = admitModule(binary);
  return { id: "k", module, manifest, options: new TextEncoder().encode(JSON.stringify(options)) };
}

Deno.test("the gate admits kernels of pairs, and those that combine", () => {
  const { manifest: distinct } = admitModule(DISTINCT);
  assertEquals([distinct.name, distinct.output, distinct.op], [
    "distinct-field",
    "pairs",
    "distinct",
  ]);
  const { manifest: span } = admitModule(SPAN);
  assertEquals([span.name, span.value, span.op], ["csv-span", "i64", "combine"]);
});

Deno.test("distinct-field pairs one field with another, without their quotes", () => {
  const kernel = new UserKernel(DISTINCT);
  const text = `city,street,n\n"Paris, FR",a,1\r\nRome,,2\nRome\n,b,3\n"a ""b""","x\ny",4\n\n`;
  assertEquals(kernel.mapPairs(text), [
    ["city", "street"],
    ["Paris, FR", "a"],
    ["Rome", ""],
    ['a "b"', "x\ny"],
  ]);
  kernel.configure({ by: 2, of: 0 });
  assertEquals(kernel.mapPairs("a,,c\n"), [["c", "a"]]);
  kernel.configure({ by: 0, of: 5, delimiter: " " });
  const log = '10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a b HTTP/1.0" 200 2326\ncut off\n';
  assertEquals(kernel.mapPairs(log), [["10.0.0.1", "GET /a b HTTP/1.0"]]);
});

Deno.test("distinct-field gives what a naive one does on random CSV, with any delimiter", () => {
  const seed = freshSeed();
  const random = new Random(seed);
  let pairs = 0;
  for (const delimiter of [",", ";", "\t", "|"]) {
    const kernel = new UserKernel(DISTINCT);
    kernel.configure({ by: 1, of: 0, delimiter });
    for (let i = 0; i < 500; i++) {
      const text = writeRandomCsv(random, delimiter);
      const expected = parseCsv(text, delimiter).flatMap(({ fields }): [string, string][] =>
        fields[1] ? [[fields[1], fields[0]]] : []
      );
      pairs += expected.length;
      assertEquals(kernel.mapPairs(text), expected, `MILLRACE_SEED=${seed} ${text}`);
    }
  }
  assert(pairs > 100, `${pairs}`);
});

Deno.test("distinct-field refuses a delimiter that is not one ASCII character", () => {
  for (const delimiter of ["", "ab", "é", "\u{1f600}"]) {
    const kernel = new UserKernel(DISTINCT);
    kernel.configure({ delimiter });
    const told = `delimiter is '${delimiter}', must be one ASCII character`;
    assertThrows(() => kernel.mapPairs("a,b"), KernelFailure, told);
  }
});

Deno.test("Engine counts different contents of a field of CSV", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const rows = Array.from(
    { length: 30_000 },
    () => [`"k ${random.below(50)}"`, `${random.below(900)}`],
  );
  const groups = Map.groupBy(rows, ([key]) => key.slice(1, -1));
  const expected = [...groups].map(([key, group]): [string, number] => [
    key,
    new Set(group.map(([, text]) => text)).size,
  ]);
  await using engine = await startSmall();
  const text = rows.map((row) => `${row.join(",")}\n`).join("");
  const { segment } = await run(engine, text, runnable(DISTINCT, {}));
  const found = segment.toArray().map(({ key, count }): [string, number] => [key, count]);
  assertEquals(found.sort(), expected.sort(), `MILLRACE_SEED=${seed}`);
});

Deno.test("csv-span emits integers of 32 bits as spans, and leaves out what is no number", () => {
  const kernel = new UserKernel(SPAN);
  const spans = kernel.mapValues('user,time\na,5\n"b, c",-7\na, 1e3 \na,\na\n,3\n');
  const halves = spans.map(([key, span]) => {
    const bits = BigInt.asUintN(64, span as bigint);
    return [key, ...[bits >> 32n, bits].map((half) => Number(BigInt.asIntN(32, half)))];
  });
  assertEquals(halves, [["a", 5, 5], ["b, c", -7, -7], ["a", 1000, 1000]]);
  assertEquals(kernel.mapValues("a,-2147483648\na,2147483647").length, 2);
  for (const number of ["1.5", "2147483648", "-2147483649", "1e300", "-1e999"]) {
    const failing = new UserKernel(SPAN);
    const told = `Cannot take span: '${number}' is no integer of 32 bits`;
    assertThrows(() => failing.mapValues(`a,1\na,${number}\n`), KernelFailure, told);
    assertEquals(failing.exports.mr_at.value, 4);
  }
});

Deno.test("csv-span combines spans in any order, which its trial shows, too", async () => {
  await new WorkerTrier(ENTRY, { ms: PATIENCE_MS }).checkCombine(runnable(SPAN, {}));
  const kernel = new UserKernel(SPAN);
  const ends = [-2147483648, -3, 0, 2, 2147483647];
  const [low, ...rest] = ends.map((each) => kernel.mapValues(`a,${each}`)[0]);
  const [[, span]] = kernel.combine([...rest, low]);
  assertEquals(kernel.combine([low, ...rest.reverse()]), [["a", span]]);
  assertEquals(kernel.combine([["a", span]], "mr_finish"), [["a", 2n ** 32n - 1n]]);
  assertEquals(kernel.combine([rest[0]], "mr_finish"), [["a", 0n]]);
});

Deno.test("Engine tells how far apart the integers of a column are", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  const rows = Array.from(
    { length: 30_000 },
    () => [`${random.between(-2_000_000_000, 2_000_000_000)}`, `k${random.below(3000)}`],
  );
  const groups = Map.groupBy(rows, ([, key]) => key);
  const expected = [...groups].map(([key, group]): [string, bigint] => {
    const numbers = group.map(([number]) => Number(number));
    return [key, BigInt(Math.max(...numbers) - Math.min(...numbers))];
  });
  const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]) =>
    a < b ? -1 : 1;
  await using engine = await startSmall();
  const text = rows.map((row) => `${row.join(",")}\n`).join("");
  const { segment } = await run(engine, text, runnable(SPAN, { by: 1, of: 0 }));
  const found = readValues(segment, false).sort(byKey);
  assertEquals(found, expected.sort(byKey), `MILLRACE_SEED=${seed}`);
});
