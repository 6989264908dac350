import { assert, assertEquals } from "@std/assert";
import { tableFromIPC } from "apache-arrow";
import { collectEvents } from "../support/http/events.ts";
import { ServerProcess } from "../support/http/server.ts";
import { freshSeed, Random } from "../support/random.ts";
import { eventually, soon } from "../support/waits.ts";
import { sumBinned } from "../support/values.ts";
import { hexDigitsOfPi } from "../support/oracle/pi_digits.ts";

// The kernels of values that come with the server, on inputs as users have them, through a whole
// server with the rights of the task `serve`; compared with what is computed here.

type Row = [key: string, value: string];

interface Sample {
  name: string;
  query: string;
  input: string;
  /** Rows as `tsv` has them, the largest value first. */
  rows: Row[];
}

const CSV_BYTES = 4_000_000;

/** Sales with quoted notes, which hold line feeds, so that borders of chunks fall in them. */
function csvGroup(random: Random): Sample {
  const groups = new Map<string, number[]>();
  const parts = ["city,note,amount\n"];
  for (let bytes = 0; bytes < CSV_BYTES;) {
    const city = random.pick(["Bern", "Zürich", 'the "Loop"', "a, b", "two\nlines", "東京"]);
    const note = "so it is\n\n, \r\n".repeat(random.oneIn(2000) ? 3000 : random.below(30));
    const amount = random.oneIn(50) ? "n/a" : (random.below(1e6) / 100 - 300).toFixed(2);
    const row = `${quote(city)},${quote(`"${note}"`)},${amount}${random.pick(["\n", "\r\n"])}`;
    parts.push(row);
    bytes += row.length;
    if (amount !== "n/a") {
      groups.set(city, [...(groups.get(city) ?? []), Number(amount)].slice(-1e6));
    }
  }
  const rows = [...groups].map(([city, values]): [string, number] => [city, sumBinned(values)]);
  return {
    name: "csv-group",
    query: "option.by=0&option.sum=2",
    input: parts.join(""),
    rows: inOrder(rows),
  };
}

function quote(field: string): string {
  return /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function inOrder(rows: [string, number][]): Row[] {
  return rows.sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([key, value]) => [key, String(value)]);
}

/** Sums beyond 2^53, by Gauss. */
function sumRange(random: Random): Sample {
  let sum = 0n;
  const lines = Array.from({ length: 3000 }, () => {
    const from = random.between(2 ** 39, 2 ** 40 - 500);
    const to = from + random.below(400);
    sum += BigInt(from + to) * BigInt(to - from + 1) / 2n;
    return `${from} ${to}`;
  });
  assert(sum > 2n ** 53n);
  return { name: "sum-range", query: "", input: lines.join("\n"), rows: [["sum", String(sum)]] };
}

function absDistance(random: Random): Sample {
  const distances: number[] = [];
  const lines = Array.from({ length: 30_000 }, () => {
    const numbers = Array.from({ length: random.below(12) }, () => random.below(1e6) / 8 - 5e4);
    if (numbers.length > 0) {
      distances.push(
        numbers.slice(1).reduce((sum, each, i) => sum + Math.abs(each - numbers[i]), 0),
      );
    }
    return numbers.join(random.pick([" ", "\t", "  "]));
  });
  const rows: Row[] = [["distance", String(sumBinned(distances))]];
  return { name: "abs-distance", query: "", input: lines.join("\n"), rows };
}

const DIGITS = 400;

function piDigits(): Sample {
  const digits = hexDigitsOfPi(DIGITS);
  const rows = [...digits].map((digit, i): Row => [`${String(i).padStart(8, "0")} ${digit}`, "1"]);
  const lines = Array.from({ length: DIGITS / 50 }, (_, i) => `${i * 50} 50`);
  return { name: "pi-digits", query: "", input: lines.reverse().join("\n"), rows };
}

const isCount = ({ name }: Sample) => name === "pi-digits";
const byKey = (rows: Row[]) =>
  rows.toSorted(([a], [b]) => encoder.encode(a).toHex() < encoder.encode(b).toHex() ? -1 : 1);
const encoder = new TextEncoder();

/** TSV cannot hold keys with line feeds, and says so. */
const isRefused = ({ rows }: Sample, format: string) =>
  format === "tsv" && rows.some(([key]) => key.includes("\n"));

/** Rows of each format, keys and values as texts. */
const READERS: Record<string, (response: Response, sample: Sample) => Promise<Row[]>> = {
  json: async (response, sample) => rowsOfJson(await response.text(), isCount(sample)),
  ndjson: async (response, sample) =>
    (await response.text()).trimEnd().split("\n").filter((line) => line.startsWith('{"key"'))
      .flatMap((line) => rowsOfJson(`{"counts":[${line}]}`, isCount(sample))),
  csv: async (response) => readCsv(await response.text()),
  tsv: async (response) =>
    (await response.text()).trimEnd().split("\n").map((line) => {
      const [key, value] = line.split("\t");
      return [key, value];
    }),
  arrow: async (response, sample) => {
    const table = tableFromIPC(new Uint8Array(await response.arrayBuffer()));
    const values = table.getChild(isCount(sample) ? "count" : "value")!;
    return [...table.getChild("key")!].map((key, i): Row => [String(key), String(values.get(i))]);
  },
};

/** Numbers with all of their digits. */
function rowsOfJson(text: string, isCount: boolean): Row[] {
  const name = isCount ? "count" : "value";
  const reviver = (member: string, value: unknown, { source }: { source: string }) =>
    member === name ? source : value;
  // deno-lint-ignore no-explicit-any
  const { counts } = (JSON.parse as any)(text, reviver);
  return counts.map((row: Record<string, string>): Row => [row.key, row[name]]);
}

/** Two columns under their names, as RFC 4180. */
function readCsv(text: string): Row[] {
  const rows = [...text.matchAll(/("(?:[^"]|"")*"|[^",\r\n]*),([^,\r\n]*)\r\n/g)];
  return rows.slice(1).map(([, key, value]): Row => [
    key.startsWith('"') ? key.slice(1, -1).replaceAll('""', '"') : key,
    value,
  ]);
}

interface Given {
  server: ServerProcess;
  sample: Sample;
  query: string;
}

function post({ server, sample, query }: Given, path: string, more = ""): Promise<Response> {
  return soon(fetch(`${server.origin}${path}?${query}${more}`, {
    method: "POST",
    body: sample.input,
  }));
}

async function typeOf(response: Response): Promise<string> {
  return (await response.json()).type.split(":").at(-1);
}

async function checkCount(given: Given): Promise<void> {
  const { sample } = given;
  for (const [format, read] of Object.entries(READERS)) {
    const what = `${sample.name} as ${format}`;
    const response = await post(given, "/v1/count", `&top=0&format=${format}`);
    if (isRefused(sample, format)) {
      assertEquals([response.status, await typeOf(response)], [406, "not-acceptable"]);
      continue;
    }
    assertEquals(response.status, 200, what);
    assertEquals(await read(response, sample), sample.rows, what);
  }
  const ordered = await post(given, "/v1/count", "&top=0&format=json&order=key");
  assertEquals(await READERS.json(ordered, sample), byKey(sample.rows));
  const value = await post(given, "/v1/count", "&format=json&order=value&top=2");
  assertEquals(await READERS.json(value, sample), sample.rows.slice(0, 2));
  const events = await soon(collectEvents(
    await fetch(`${given.server.origin}/v1/count?${given.query}&top=0`, {
      method: "POST",
      body: sample.input,
      headers: { accept: "text/event-stream" },
    }),
  ));
  const { event, data } = events.at(-1)!;
  assertEquals([event, data.totals.keys], ["result", sample.rows.length], sample.name);
}

async function checkRefusals(given: Given): Promise<void> {
  if (isCount(given.sample)) return;
  for (const path of ["/v1/count", "/v1/jobs"]) {
    for (const [parameter, value] of [["min", "2"], ["columns", "share"]]) {
      const response = await post(given, path, `&${parameter}=${value}`);
      const problem = await response.json();
      assertEquals(
        [response.status, problem.type, problem.parameter, problem.other],
        [400, "urn:millrace:problem:invalid-parameter", parameter, "kernel"],
        JSON.stringify(problem),
      );
    }
  }
}

/** Submits a job and checks every way to its result; gives its address. */
async function submit(given: Given): Promise<string> {
  const accepted = await post(given, "/v1/jobs", "&top=0");
  assertEquals(accepted.status, 202);
  await accepted.body!.cancel();
  return accepted.headers.get("location")!;
}

/** @param tags Of the representations, to be found again, or to be filled. */
async function checkJob({ server, sample }: Given, path: string, tags: Map<string, string>) {
  const result = `${server.origin}${path}/result`;
  for (const [format, read] of Object.entries(READERS)) {
    for (const order of ["count", "key", "value"]) {
      const what = `${sample.name} ${path} as ${format} by ${order}`;
      const url = `${result}?wait=60&top=0&format=${format}&order=${order}`;
      const response = await soon(fetch(url));
      if (isRefused(sample, format)) {
        assertEquals([response.status, await typeOf(response)], [406, "not-acceptable"]);
        continue;
      }
      assertEquals(response.status, 200, what);
      const tag = response.headers.get("etag")!;
      const rows = order === "key" ? byKey(sample.rows) : sample.rows;
      assertEquals(await read(response, sample), rows, what);
      const known = tags.get(what);
      if (known) assertEquals(tag, known, what);
      tags.set(what, tag);
      const again = await soon(fetch(url, { headers: { "if-none-match": tag } }));
      assertEquals([again.status, await again.text()], [304, ""], what);
    }
  }
  await checkPages(result, sample);
  const events = await soon(collectEvents(await fetch(`${server.origin}${path}/events`)));
  assertEquals(events.at(-1)!.event, "done", JSON.stringify(events));
}

async function checkPages(result: string, sample: Sample): Promise<void> {
  const rows: Row[] = [];
  for (let next: string | undefined = `${result}?limit=3&format=json`; next;) {
    const response: Response = await soon(fetch(new URL(next, result)));
    assertEquals(response.status, 200);
    const link = response.headers.get("link") ?? "";
    rows.push(...await READERS.json(response, sample));
    next = /<([^>]*)>;\s*rel="?next"?/.exec(link)?.[1];
  }
  assertEquals(rows, sample.rows.slice(0, rows.length));
  assertEquals(rows.length, sample.rows.length);
}

/** Deno 2.5 cannot, so it has no data directories. */
const canLock = "tryLock" in Deno.FsFile.prototype;

Deno.test({
  name: "a server counts by its library's kernels of values as it counts words",
  ignore: !canLock,
  async fn() {
    const seed = freshSeed();
    const random = new Random(seed);
    const samples = [csvGroup(random), sumRange(random), absDistance(random), piDigits()];
    const folder = await Deno.makeTempDir({ prefix: "millrace-" });
    const start = () => ServerProcess.start({ args: ["--data", folder] });
    const jobs = new Map<Sample, string>();
    const tags = new Map<string, string>();
    const givenOf = (server: ServerProcess, sample: Sample): Given => {
      return { server, sample, query: `kernel=${sample.name}&${sample.query}` };
    };
    try {
      {
        await using server = await start();
        for (const sample of samples) {
          const given = givenOf(server, sample);
          await checkCount(given);
          await checkRefusals(given);
          const path = await submit(given);
          jobs.set(sample, path);
          await checkJob(given, path, tags);
        }
        // These are not done when the server is killed, or not known to be.
        for (const sample of samples) {
          jobs.set({ ...sample }, await submit(givenOf(server, sample)));
        }
        server.kill("SIGKILL");
        await server.ended();
      }
      await using server = await start();
      for (const [sample, path] of jobs) {
        await eventually(async () => {
          const { state } = await (await fetch(`${server.origin}${path}`)).json();
          assertEquals(state, "done", sample.name);
        });
        await checkJob(givenOf(server, sample), path, tags);
      }
    } catch (error) {
      console.log(`MILLRACE_SEED=${seed}`);
      throw error;
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test("a server tries a kernel, and says integers beyond 2^53 with all of their digits", async () => {
  await using server = await ServerProcess.start();
  const attempt = async (name: string, record: string) => {
    const url = `${server.origin}/v1/kernels/${name}/try`;
    return await (await soon(fetch(url, { method: "POST", body: record }))).text();
  };
  // 2^40 - 99,998 to 2^40 have a sum that no double holds.
  const [from, to] = [2 ** 40 - 99_998, 2 ** 40];
  const sum = BigInt(from + to) * BigInt(to - from + 1) / 2n;
  assert(BigInt(Number(sum)) !== sum);
  const text = await attempt("sum-range", `${from} ${to}`);
  assert(text.includes(`"value":${sum}`), text);
  const negative = await attempt("sum-range", `-${to} -${from}`);
  assert(negative.includes(`"value":-${sum}`), negative);
  const { emitted } = JSON.parse(await attempt("csv-group", '"a\n""b""",1.5'));
  assertEquals(emitted, [{ key: 'a\n"b"', value: 1.5 }]);
});
