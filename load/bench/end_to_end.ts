// Measures the whole path: a file through curl and HTTP to counts, beside a server that drops
// what it reads, a plain Map in one process, and wc. Counts are compared before rates are told.
// Usage: end_to_end.ts [--mb 245] [--rounds 5]
import { parseArgs } from "node:util";
import { ServerProcess } from "../../tests/support/http/server.ts";
import { readEnglish } from "../corpora.ts";
import { median } from "./report.ts";

const { values } = parseArgs({
  options: {
    mb: { type: "string", default: "245" },
    rounds: { type: "string", default: "5" },
  },
});

const COLD_STARTS = 5;
const directory = await Deno.makeTempDir({ prefix: "millrace-bench-" });
try {
  await measure(`${directory}/text`, Number(values.mb) * 1e6, Number(values.rounds));
} finally {
  await Deno.remove(directory, { recursive: true });
}

async function measure(file: string, leastBytes: number, rounds: number): Promise<void> {
  const { name, copies, bytes } = await writeText(file, leastBytes);
  console.log(`${name}, ${copies} times: ${(bytes / 1e6).toFixed(1)} MB, ${rounds} rounds`);
  await using millrace = await ServerProcess.start();
  await using drop = await ServerProcess.start({
    main: new URL("./drop_server.ts", import.meta.url),
  });
  await compareCounts(millrace.origin, file);
  const contestants = {
    "millrace, unicode": () => upload(`${millrace.origin}/v1/count?top=10`, file),
    "millrace, ascii": () => upload(`${millrace.origin}/v1/count?top=10&tokenizer=ascii`, file),
    "millrace, whitespace": () =>
      upload(`${millrace.origin}/v1/count?top=10&tokenizer=whitespace&case=preserve`, file),
    "server that drops": () => upload(drop.origin, file),
    "wc -w": () => timeWc(file),
    "Map and split": async () => (await runMap(file)).ms,
  };
  const times = await interleave(contestants, rounds);
  printRates(times, bytes);
  console.log(`cold start to first answer: ${(await timeColdStart()).toFixed(0)} ms`);
}

/**
 * Writes whole copies of the corpus until there are enough bytes, without byte order marks: they
 * are space for `split` and text for Millrace.
 */
async function writeText(path: string, leastBytes: number) {
  const { name, bytes: marked } = await readEnglish();
  const bytes = new TextEncoder().encode(new TextDecoder().decode(marked).replaceAll("\ufeff", ""));
  const copies = Math.ceil(leastBytes / (bytes.length + 1));
  using file = await Deno.open(path, { write: true, create: true });
  const writer = file.writable.getWriter();
  for (let i = 0; i < copies; i++) {
    await writer.write(bytes);
    await writer.write(new Uint8Array([0x0a]));
  }
  await writer.close();
  return { name, copies, bytes: copies * (bytes.length + 1) };
}

/** @throws {Error} If Millrace and the Map do not find the same words, equally often. */
async function compareCounts(origin: string, file: string): Promise<void> {
  const [ours, theirs] = [`${file}.ours`, `${file}.map`];
  const query = "tokenizer=whitespace&case=preserve&top=0&format=tsv";
  await upload(`${origin}/v1/count?${query}`, file, ours);
  const { tokens, keys } = await runMap(file, theirs);
  if (await Deno.readTextFile(ours) !== await Deno.readTextFile(theirs)) {
    throw new Error("Cannot compare rates: Millrace and the Map count differently");
  }
  console.log(`counts equal those of the Map: ${tokens} words, ${keys} distinct`);
}

/** Milliseconds of one `curl -T`, by its own clock. @throws {Error} If the answer is not 200. */
async function upload(url: string, file: string, output = "/dev/null"): Promise<number> {
  const text = await run("curl", [
    ...["-sST", file, "-X", "POST", "-o", output],
    ...["-w", "%{http_code} %{time_total} %{size_upload}", url],
  ]);
  const [status, seconds] = text.split(" ");
  if (status !== "200") throw new Error(`Cannot count ${file}: ${url} answers ${text}`);
  return Number(seconds) * 1000;
}

async function timeWc(file: string): Promise<number> {
  const start = performance.now();
  await run("wc", ["-w", file]);
  return performance.now() - start;
}

async function runMap(
  file: string,
  tsv?: string,
): Promise<{ ms: number; tokens: number; keys: number }> {
  const script = new URL("./map_count.ts", import.meta.url).href;
  const output = await run(Deno.execPath(), ["run", "-A", script, file, ...(tsv ? [tsv] : [])]);
  return JSON.parse(output);
}

/** Runs each in turn, round by round, so that a slow moment hits all; times by name. */
async function interleave(
  contestants: Record<string, () => Promise<number>>,
  rounds: number,
): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) times.get(name)!.push(await run());
  }
  return times;
}

function printRates(times: Map<string, number[]>, bytes: number): void {
  const rates = new Map([...times].map(([name, ms]) => [name, bytes / 1000 / median(ms)]));
  const [ours, drop] = [rates.get("millrace, unicode")!, rates.get("server that drops")!];
  const header = ["", "MB/s", "min", "max", "unicode is", "of dropping"];
  const rows = [...times].map(([name, ms]) => {
    const rate = rates.get(name)!;
    const bounds = [Math.max(...ms), Math.min(...ms)].map((each) => bytes / 1000 / each);
    return [
      name,
      ...[rate, ...bounds].map((each) => each.toFixed(0)),
      `${(ours / rate).toFixed(2)} ×`,
      `${(100 * rate / drop).toFixed(0)} %`,
    ];
  });
  for (const [name, ...cells] of [header, ...rows]) {
    console.log(name.padEnd(22) + cells.map((cell) => cell.padStart(12)).join(""));
  }
}

/** From the start of the process to the answer to a small text: the median, in milliseconds. */
async function timeColdStart(): Promise<number> {
  const times = [];
  for (let i = 0; i < COLD_STARTS; i++) {
    const start = performance.now();
    await using server = await ServerProcess.start();
    const answer = await fetch(`${server.origin}/v1/count`, { method: "POST", body: "to be" });
    if ((await answer.json()).totals.tokens !== 2) throw new Error("The first answer is wrong");
    times.push(performance.now() - start);
  }
  return median(times);
}

async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  if (!success) throw new Error(`${command} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
