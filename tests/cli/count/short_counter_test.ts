import { assert, assertEquals } from "@std/assert";
import { readSettings } from "../../../src/cli/count/settings.ts";
import { countShort } from "../../../src/cli/count/count_short.ts";
import { LocalCounter } from "../../../src/cli/count/local_counter.ts";
import type { ResultCounter } from "../../../src/cli/count/result_counter.ts";
import { ShortCounter } from "../../../src/cli/count/short_counter.ts";
import type { Source } from "../../../src/cli/count/list_files.ts";
import { type Format, OUTPUT_PARAMETERS } from "../../../src/contract/options.ts";
import { AWKWARD_TEXTS } from "../../support/awkward_texts.ts";
import { COMPRESS } from "../../support/compress.ts";
import { GENERATORS } from "../../support/oracle/generate_text.ts";
import { freshSeed, Random } from "../../support/random.ts";
import { concat } from "../../support/streams.ts";
import { TempFiles } from "../../support/temp_files.ts";

// A short file is counted on this thread, and its answer is that of an engine, to the byte.

const CASES = 60;
/** Of a document, what depends on the clock, or on whether a text without a last line feed gets one. */
const OF_WAY = ["ms", "accounting"];
const GIVEN = { decompress: "auto", progress: "none", color: "never" };
const encoder = new TextEncoder();

const settingsOf = (given: Record<string, unknown>) =>
  readSettings(["x"], { ...GIVEN, format: "tsv", ...given });
const sourceOf = (name: string): Source => ({ kind: "file", name, isFound: false });

async function answerIn(
  counter: ResultCounter,
  source: Source,
  format: Format,
): Promise<unknown> {
  const { blocks, seen } = await counter.answer([source], format);
  const parts: Uint8Array[] = [];
  for await (const block of blocks) parts.push(block.slice());
  const bytes = concat(...parts);
  const isDocument = format === "json";
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const shown = isDocument
    ? JSON.parse(text, (name, value) => OF_WAY.includes(name) ? undefined : value)
    : bytes;
  return { shown, seen };
}

function drawGiven(random: Random): Record<string, unknown> {
  const n = random.pick(["1", "1", "2", "3", "5"]);
  return {
    n,
    tokenizer: random.pick(["unicode", "unicode", "whitespace", "ascii", "lines"]),
    case: random.pick(["auto", "fold", "preserve"]),
    normalization: random.pick(["none", "nfc"]),
    top: random.pick(["3", "100", "all"]),
    min: random.pick(["1", "1", "2"]),
    order: random.pick(["count", "key"]),
    bom: random.pick(["skip", "keep"]),
    charset: random.pick(["auto", "utf-8"]),
    invalid: "replace",
    minLength: random.pick(["0", "2"]),
    maxLength: random.pick(["0", "9"]),
    prefix: random.pick(["", "", "a"]),
    ...(random.oneIn(3) && { stopWords: ["the,a"] }),
    ...(n !== "1" && random.oneIn(2) && { lineBound: true }),
  };
}

function drawText(random: Random): Uint8Array {
  const generate = random.pick(Object.values(GENERATORS));
  const text = random.oneIn(3)
    ? random.pick(AWKWARD_TEXTS)
    : generate(random, random.pick([1, 30, 300, 2000, 9000]));
  const bytes = encoder.encode(random.oneIn(4) ? `\ufeff${text}` : text);
  if (bytes.length > 0 && random.oneIn(4)) bytes[random.below(bytes.length)] = 0xff;
  return bytes;
}

Deno.test("ShortCounter answers as an engine does, in every form, whatever the options", async () => {
  using files = new TempFiles();
  const seed = freshSeed();
  const random = new Random(seed);
  let counted = 0;
  for (let i = 0; i < CASES; i++) {
    const given = drawGiven(random);
    const text = drawText(random);
    const about = `seed ${seed}, case ${i}: ${JSON.stringify(given)} ${JSON.stringify([...text])}`;
    const source = sourceOf(files.write(`${i}.txt`, text));
    const settings = settingsOf(given);
    assert(ShortCounter.takes(settings, [source]));
    const short = new ShortCounter(settings);
    const engine = await LocalCounter.start(settings, [source], { inline: false });
    if (await countShort(source, settings.count)) counted++;
    for (const format of OUTPUT_PARAMETERS.format.values) {
      const answers = [];
      for (const counter of [engine, short]) {
        answers.push(await answerIn(counter, source, format).catch(String));
      }
      assertEquals(answers[1], answers[0], `${about} as ${format}`);
    }
    await Promise.all([short.close(), engine.close()]);
  }
  assert(counted > CASES / 2, `${counted} texts were counted here`);
});

Deno.test("countShort() leaves to an engine what is not short, no plain UTF-8, or wrong", async () => {
  using files = new TempFiles();
  const text = encoder.encode("to be or not to be\n".repeat(30));
  const utf16 = new Uint8Array(new Uint16Array([0xfeff, 0x61, 0x20, 0x62]).buffer);
  const broken = encoder.encode("a b c");
  broken[2] = 0xff;
  const left: [name: string, content: Uint8Array, given?: Record<string, unknown>][] = [
    ["large.txt", new Uint8Array(80_000).fill(0x61)],
    ["empty.txt", new Uint8Array(0)],
    ["mark.txt", encoder.encode("\ufeff")],
    ["text.gz", COMPRESS.gzip(text)],
    ["text.br", COMPRESS.br(text)],
    ["marked.txt", utf16],
    ["unmarked.txt", utf16.subarray(2)],
    ["latin.txt", text, { charset: "latin1" }],
    ["broken.txt", broken, { invalid: "reject" }],
    ["stop.txt", text, { stopWords: ["no token!"] }],
  ];
  for (const [name, content, given = {}] of left) {
    const source = sourceOf(files.write(name, content));
    assertEquals(await countShort(source, settingsOf(given).count), undefined, name);
  }
  const plain = sourceOf(files.write("text.txt", text));
  for (const given of [{}, { invalid: "reject" }, { n: "2", stop: ["en"] }]) {
    assert(await countShort(plain, settingsOf(given).count), JSON.stringify(given));
  }
  assertEquals(await countShort(sourceOf(`${files.path}/none`), settingsOf({}).count), undefined);
});

Deno.test("countShort() makes no kernel more for more stop words", async () => {
  using files = new TempFiles();
  const source = sourceOf(files.write("text.txt", "w1 is no w20"));
  const words = Array.from({ length: 30 }, (_, i) => `w${i}`);
  const kernelsOf = async (stopWords: string[]) => {
    const { Instance } = WebAssembly;
    let kernels = 0;
    WebAssembly.Instance = new Proxy(Instance, {
      construct: (target, args) => (kernels++, Reflect.construct(target, args)),
    });
    try {
      assert(await countShort(source, settingsOf({ stopWords }).count));
    } finally {
      WebAssembly.Instance = Instance;
    }
    return kernels;
  };
  const kernels = await kernelsOf(["w1"]);
  assert(kernels > 0);
  assertEquals(await kernelsOf(words), kernels);
});

Deno.test("ShortCounter takes one file that nobody wants threads for", () => {
  const source = sourceOf("a.txt");
  assert(ShortCounter.takes(settingsOf({}), [source]));
  const others = [{ workers: "2" }, { memory: "64MiB" }, { spillDir: "none" }, {
    tokenizer: "icu",
  }];
  for (const given of [...others, { partition: "range", borders: ["m"] }]) {
    assertEquals(ShortCounter.takes(settingsOf(given), [source]), false, JSON.stringify(given));
  }
  assertEquals(ShortCounter.takes(settingsOf({}), [source, source]), false);
  assertEquals(ShortCounter.takes(settingsOf({}), [{ kind: "stdin", name: "-" }]), false);
});
