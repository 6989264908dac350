import { assert, assertEquals, assertNotEquals, assertRejects, equal } from "@std/assert";
import { Engine } from "../../src/engine/engine.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { JobError } from "../../src/contract/problems.ts";
import type { CountOptions } from "../../src/contract/options.ts";
import type { FileInput } from "../../src/input/file_input.ts";
import { COMPRESS } from "../support/compress.ts";
import { admitModule } from "../../src/kernels/gate/admit_module.ts";
import { leftOut } from "../support/left_out.ts";
import { run, startSmall } from "../support/modules/engine_runs.ts";
import { prose } from "../support/oracle/generate_text.ts";
import { openFiles } from "../support/open_files.ts";
import { freshSeed, Random } from "../support/random.ts";
import { TempFiles } from "../support/temp_files.ts";
import { readLibraryKernel } from "../support/user_kernel.ts";
import { pause, soon, until } from "../support/waits.ts";

const encoder = new TextEncoder();
const MARK = [0xef, 0xbb, 0xbf];
const PIECES = [
  ..."ab é ž中文  \n\r'.\t",
  "\r\n",
  "\u0301",
  "\u2028",
  "word ",
  "long".repeat(30),
].map((piece) => encoder.encode(piece));
const RARE = [
  Uint8Array.of(0xff),
  Uint8Array.of(0xe4, 0xb8),
  encoder.encode("x".repeat(5000)),
  encoder.encode("é ".repeat(40_000)),
  encoder.encode("endless".repeat(12_000)), // more than a chunk
];

async function count(engine: Engine, input: JobInput, options: Partial<CountOptions> = {}) {
  const { segment, totals, input: read, accounting, chunks } = await engine
    .submit(input, { top: 0, order: "key", ...options }).done;
  assertEquals(accounting.bytesCounted, accounting.bytesIn);
  return { counts: segment.toArray(), totals, read, chunks };
}

/** What must be the same whichever way a text comes. */
function answerOf({ counts, totals, read }: Awaited<ReturnType<typeof count>>) {
  return { counts, totals, read };
}

function randomText(random: Random): Uint8Array<ArrayBuffer> {
  const pieces = random.pick([0, 1, 20, 20, 1000, 30_000, 60_000]);
  const parts = Array.from(
    { length: pieces },
    () => random.pick(random.oneIn(5000) ? RARE : PIECES),
  );
  if (random.oneIn(4)) parts.unshift(Uint8Array.from(MARK));
  return new Uint8Array(parts.flatMap((part) => [...part]));
}

Deno.test("Engine counts files exactly as it counts the same texts in memory", async () => {
  const seed = freshSeed();
  const random = new Random(seed);
  await using engine = await startSmall();
  using files = new TempFiles();
  for (let round = 0; round < 25; round++) {
    const texts = Array.from({ length: random.pick([1, 2, 5, 20]) }, () => randomText(random));
    const tokenizer = random.pick(["unicode", "whitespace", "ascii", "lines"] as const);
    const options = {
      tokenizer,
      n: tokenizer === "lines" ? 1 : random.pick([1, 1, 2, 4]),
      lineBound: random.oneIn(2),
      bom: random.pick(["skip", "keep"] as const),
      charset: random.pick(["auto", "utf-8"]),
    };
    const inputs = texts.map((text, i): FileInput => ({ path: files.write(`${i}`, text) }));
    const where = `seed ${seed}, round ${round}, ${JSON.stringify(options)}`;
    if (texts.every((text) => text.length === 0)) continue;
    const ofFiles = outcomeOf(count(engine, { files: inputs }, options));
    const ofTexts = outcomeOf(count(engine, { texts: texts.map((text) => ({ text })) }, options));
    assertEquals(await ofFiles, await ofTexts, where);
  }
});

/** The answer, or the code of what went wrong: a text may hold nothing but a mark. */
async function outcomeOf(counted: ReturnType<typeof count>) {
  try {
    return answerOf(await counted);
  } catch (error) {
    if (error instanceof JobError) return error.code;
    throw error;
  }
}

Deno.test("Engine counts ranges of a file as texts of their own", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const bytes = encoder.encode(prose(new Random(7), 400_000));
  const path = files.write("prose", bytes);
  const borders = [0, 3, 100_001, 100_001, 170_000, bytes.length];
  const cut = borders.slice(1).map((end, i) => ({ start: borders[i], end }));
  const ranges = cut.map(({ start, end }) => ({ path, offset: start, length: end - start }));
  const texts = cut.map(({ start, end }) => ({ text: bytes.subarray(start, end) }));
  const ofRanges = answerOf(await count(engine, { files: ranges }));
  assertEquals(ofRanges, answerOf(await count(engine, { texts })));
  const ofWhole = answerOf(await count(engine, { path }));
  assertEquals(ofWhole, answerOf(await count(engine, bytes)));
  assertNotEquals(ofRanges.counts, ofWhole.counts, "the ranges cut no word");
  const tail = { path, offset: bytes.length - 10 };
  assertEquals((await count(engine, tail)).totals.bytes, 10);
});

Deno.test("Engine reads what workers cannot read as it reads streams", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const text = prose(new Random(5), 200_000).replaceAll(/[^ -~\n]|e/g, "é");
  const bytes = encoder.encode(text);
  const utf16 = new Uint8Array(
    new Uint16Array([...`\ufeff${text}`].map((c) => c.charCodeAt(0))).buffer,
  );
  const expected = (await count(engine, bytes)).counts;
  const cases: [name: string, content: Uint8Array, options?: Partial<CountOptions>][] = [
    ["text.gz", COMPRESS.gzip(bytes)],
    ["no ending", COMPRESS.gzip(bytes)],
    ["text.zst", COMPRESS.zstd(bytes)],
    ["text.br", COMPRESS.br(bytes)],
    ["twice.br", COMPRESS.br(COMPRESS.gzip(bytes))],
    ["utf16", utf16],
    ["utf16.gz", COMPRESS.gzip(utf16)],
    ["latin1", Uint8Array.from(text, (c) => c.charCodeAt(0)), { charset: "latin1" }],
  ];
  for (const [name, content, options] of cases) {
    const path = files.write(name, content);
    for (const input of [{ path }, { files: [{ path }] }]) {
      const job = engine.submit(input, { top: 0, order: "key", ...options });
      const { segment, totals } = await job.done;
      assert(equal(segment.toArray(), expected), name); // a difference would take all memory
      const isUtf8 = /\.(gz|zst|br)$|ending/.test(name) && !name.startsWith("utf16");
      const decoded = isUtf8 ? bytes : name === "utf16.gz" ? utf16 : content;
      assertEquals([totals.bytes, job.bytesRead], [decoded.length, content.length], name);
    }
  }
  const path = files.write("plain", bytes);
  const icu = { tokenizer: "icu" } as const;
  assertEquals(
    (await count(engine, { path }, icu)).counts,
    (await count(engine, bytes, icu)).counts,
  );
});

Deno.test("Engine reads pipes, and files of the system's that tell no size", async () => {
  if (Deno.build.os !== "linux") return leftOut("pipes and /proc", "they are Linux's");
  await using engine = await startSmall();
  using files = new TempFiles();
  const path = `${files.path}/pipe`;
  await new Deno.Command("mkfifo", { args: [path] }).output();
  const job = engine.submit({ files: [{ path }] });
  await Deno.writeTextFile(path, "to be or not to be");
  assertEquals((await job.done).totals.tokens, 6);
  const input = { path: "/proc/version" };
  const [first, second] = [await count(engine, input), await count(engine, { files: [input] })];
  assertEquals(first.counts, second.counts);
  assert(first.totals.tokens > 3, "the kernel has no version");
  const waiting = engine.submit({ path });
  await pause(1);
  await soon(waiting[Symbol.asyncDispose]()); // nobody writes to the pipe, and nobody has to
  await Deno.writeTextFile(path, "late").catch(() => {}); // ends the thread that opens it
});

Deno.test("Engine packs small files into few chunks", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const inputs = Array.from(
    { length: 500 },
    (_, i) => ({ path: files.write(`${i}`, `to be ${i}`) }),
  );
  const { totals, chunks } = await count(engine, { files: inputs });
  assertEquals([totals.tokens, chunks], [1500, 1]);
  const apart = await count(engine, { files: inputs }, { n: 2 });
  assertEquals(apart.totals.counted, 1000);
});

Deno.test("Engine gives user kernels the records of files, each file's by themselves", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const row = 'key,"1"\r\n"two\r\nlines",2\r\n';
  const texts = [row.repeat(6000), 'key,"unclosed', row].map((text) => encoder.encode(text));
  const inputs = texts.map((text, i) => ({ path: files.write(`${i}.csv`, text) }));
  for (const name of ["csv-group", "lines", "space-words"]) {
    const { module, manifest } = admitModule(await readLibraryKernel(name));
    const kernel = { id: name, module, manifest, options: encoder.encode("{}") };
    const ofFiles = await run(engine, { files: inputs }, kernel, { order: "key" });
    const ofTexts = await run(engine, { texts: texts.map((text) => ({ text })) }, kernel, {
      order: "key",
    });
    assertEquals(ofFiles.segment.toArray(), ofTexts.segment.toArray(), name);
    assertEquals(ofFiles.totals, ofTexts.totals, name);
  }
});

Deno.test("Engine brings the counts of files to disk when memory is short", async () => {
  using files = new TempFiles();
  const bytes = encoder.encode(prose(new Random(11), 1_500_000));
  const path = files.write("prose", bytes);
  await using roomy = await startSmall();
  await using engine = await Engine.start({
    workers: 2,
    memoryBytes: 64 * 1024 * 1024,
    jobMemoryBytes: 4 * 1024 * 1024,
    chunkBytes: 60_000,
  });
  const { segment, spilled } = await engine.submit({ path }, { top: 1000, n: 3 }).done;
  assert(spilled !== undefined && spilled.runs > 0, "nothing was spilled");
  const expected = await roomy.submit(bytes, { top: 1000, n: 3 }).done;
  assertEquals(segment.toArray(), expected.segment.toArray());
});

Deno.test("Engine reads files that are named one by one, as they come", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const paths = ["a", "b", "c"].map((name) => files.write(name, `${name} `.repeat(60_000)));
  async function* list() {
    for (const path of paths) {
      await Promise.resolve();
      yield { path };
    }
  }
  const { counts } = await count(engine, { files: list() });
  assertEquals(counts, ["a", "b", "c"].map((key) => ({ key, count: 60_000 })));
});

Deno.test("Engine leaves no file open behind a job, however it ends", async () => {
  if (Deno.build.os !== "linux") return leftOut("open files", "only Linux lists them");
  await using engine = await startSmall();
  using files = new TempFiles();
  const path = files.write("left_open", "some words ".repeat(1_000_000));
  const done = engine.submit({ path });
  await done.done;
  const cancelled = engine.submit({ path });
  await until(() => cancelled.counters.chunks > 0);
  cancelled.cancel();
  await assertRejects(() => cancelled.done, JobError);
  await assertRejects(() =>
    engine.submit({ path }, { invalid: "reject", n: 5 }, { timeoutMs: 1 }).done
  );
  const gate = Promise.withResolvers<void>();
  async function* late() {
    await gate.promise;
    yield { path };
  }
  const early = engine.submit({ files: late() });
  early.cancel();
  gate.resolve();
  await early[Symbol.asyncDispose]();
  await until(() => openFiles(path).length === 0);
});

Deno.test("Engine holds no more of a large file than of a small one", async () => {
  if (Deno.build.os !== "linux") return leftOut("memory of the process", "it is read on Linux");
  using files = new TempFiles();
  const block = encoder.encode(
    "some words of a file that is larger than memory is\n".repeat(20_000),
  );
  const paths = [files.write("small", block), files.write("large", block)];
  const bytes = 200 * block.length;
  for (let left = 20; left > 0; left--) Deno.writeFileSync(paths[0], block, { append: true });
  for (let left = 199; left > 0; left--) Deno.writeFileSync(paths[1], block, { append: true });
  const script = new URL("../support/file_memory.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", script, ...paths];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  assert(stdout.length > 0, new TextDecoder().decode(stderr));
  const told = JSON.parse(new TextDecoder().decode(stdout));
  assertEquals(told.bytes, bytes);
  assert(told.rise < 30e6, `${told.rise} bytes more for ${bytes}`);
});
