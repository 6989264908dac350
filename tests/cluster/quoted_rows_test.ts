import { assert, assertEquals } from "@std/assert";
import { completeCountOptions, type CountOptions } from "../../src/contract/options.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { JobResult } from "../../src/engine/job_contract.ts";
import { Engine } from "../../src/mod.ts";
import { BytesCluster } from "../support/cluster/bytes_cluster.ts";
import { writeRandomCsv } from "../support/csv.ts";
import { freshSeed, Random } from "../support/random.ts";
import { writeLines } from "../support/results.ts";

const CASES = 60;

const encoder = new TextEncoder();

/** Rows, sums and what is told of records; or what is wrong with the text. */
async function answerOf(count: () => Promise<JobResult>): Promise<unknown> {
  try {
    const result = await count();
    const { totals: { ms: _, ...totals }, records } = result as JobResult & {
      totals: { ms?: unknown };
    };
    return { rows: writeLines(result, "ndjson", {}), totals, records };
  } catch (error) {
    if (!(error instanceof JobError)) throw error;
    return { code: error.code, offset: error.details.offset };
  }
}

/** Rows that hold many quoted line feeds, below a row of names or not. */
function randomRows(random: Random): { text: Uint8Array; options: CountOptions } {
  const hasNames = random.oneIn(2);
  const head = hasNames ? random.pick(["a,b,c\n", '"a","b\n""","c"\r\n']) : "";
  const body = Array.from({ length: random.between(1, 12) }, () => writeRandomCsv(random)).join(
    "\n",
  );
  const text = `${random.oneIn(4) ? "\ufeff" : ""}${head}${body}${random.oneIn(6) ? '\n"' : ""}`;
  const options = completeCountOptions({
    key: [hasNames ? random.pick(["column(a)", "column(c)"]) : "column(2)"],
    onError: random.pick(["fail", "skip"]),
    order: "key",
    top: 0,
  });
  return { text: encoder.encode(text), options };
}

Deno.test("rows of CSV that are counted in splits are those of the whole text", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await Engine.start({ workers: 1 });
  await using cluster = new BytesCluster(engine);
  await using misled = new BytesCluster(engine, ({ oddQuotes: _, ...outcome }) => outcome);
  let wrong = 0;
  for (let i = 0; i < CASES; i++) {
    const { text, options } = randomRows(random);
    if (text.length === 0) continue; // nobody divides it
    const whole = await answerOf(() => engine.submit(ReadableStream.from([text]), options).done);
    const splitBytes = random.between(8, 60);
    const note = `MILLRACE_SEED=${seed}, case ${i}: ${text.toHex()} by ${splitBytes}`;
    assertEquals(await answerOf(() => cluster.count([text], options, splitBytes)), whole, note);
    const other = await answerOf(() => misled.count([text], options, splitBytes)).catch(String);
    wrong += Number(JSON.stringify(other) !== JSON.stringify(whole));
  }
  const again = cluster.queued.filter(({ task }) => task.quoted).length;
  assert(again > CASES, `${again} splits were counted again`);
  assert(wrong > CASES / 4, `${wrong} answers of nodes that do not count quotes were wrong`);
});
