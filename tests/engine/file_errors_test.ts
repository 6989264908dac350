import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { CountOptions } from "../../src/contract/options.ts";
import { type ErrorCode, JobError } from "../../src/contract/problems.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { JobInput } from "../../src/engine/job_contract.ts";
import { COMPRESS } from "../support/compress.ts";
import { startSmall } from "../support/modules/engine_runs.ts";
import { TempFiles } from "../support/temp_files.ts";

const encoder = new TextEncoder();
const MARK = [0xef, 0xbb, 0xbf];

async function failure(engine: Engine, input: JobInput, options: Partial<CountOptions> = {}) {
  const { code, message, details } = await assertRejects(
    () => engine.submit(input, options).done,
    JobError,
  );
  return { code, message, details };
}

Deno.test("Engine names the file that it cannot count, and says why", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const good = { path: files.write("good", "good ".repeat(50_000)) };
  const png = Uint8Array.of(0x89, ...encoder.encode("PNG\r\n\x1a\n"), ...new Uint8Array(100));
  const cut = COMPRESS.gzip(encoder.encode("word ".repeat(1000))).subarray(0, 40);
  const cases: [
    name: string,
    code: ErrorCode,
    why: RegExp,
    content?: Uint8Array,
    range?: object,
  ][] = [
    ["missing", "file_failed", /there is none/],
    ["image", "unsupported_media", /begins as a picture/, png],
    ["cut.gz", "invalid_encoding", /ends early/, cut],
    [
      "wide",
      "unknown_charset",
      /looks like utf-16le/,
      new Uint8Array(Uint16Array.from("a text", (c) => c.charCodeAt(0)).buffer),
    ],
    ["short", "range_not_satisfiable", /there are 5/, encoder.encode("short"), {
      offset: 2,
      length: 9,
    }],
  ];
  for (const [name, code, why, content, range] of cases) {
    const path = content ? files.write(name, content) : `${files.path}/${name}`;
    for (const input of [{ path, ...range }, { files: [good, { path, ...range }] }]) {
      const error = await failure(engine, input);
      assertEquals([error.code, error.details.path], [code, path], error.message);
      assert(why.test(error.message) && error.message.includes(`'${path}'`), error.message);
    }
  }
  const directory = await failure(engine, { path: files.path });
  assert(/is a directory/.test(directory.message), directory.message);
  assertThrows(() => engine.submit({ path: "x", offset: -1 }), TypeError);
});

Deno.test("Engine names the file and the byte in it where UTF-8 is broken", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const good = encoder.encode("good ".repeat(50_000));
  const bad = new Uint8Array([...MARK, ...good, 0xff]);
  const options = { invalid: "reject" } as const;
  for (const length of [good.length, 5]) { // read by a worker, and packed
    const content = new Uint8Array([...MARK, ...good.subarray(0, length), 0xff]);
    const path = files.write("bad", content);
    const expected = { offset: content.length - 1, path };
    const alone = await failure(engine, { path }, options);
    assertEquals([alone.code, alone.details], ["invalid_utf8", expected]);
    const inputs = [{ path: files.write("good", good) }, { path: files.write("b", "b") }, { path }];
    const among = await failure(engine, { files: inputs }, options);
    assertEquals(among.details, { ...expected, part: 2 });
    assert(among.message.endsWith(`in file '${path}'`), among.message);
  }
  const path = files.write("range", bad);
  const range = { path, offset: 1000 };
  assertEquals((await failure(engine, range, options)).details.offset, bad.length - 1);
});

Deno.test("Engine refuses files that are all empty", async () => {
  await using engine = await startSmall();
  using files = new TempFiles();
  const empty = { path: files.write("empty", "") };
  const mark = { path: files.write("mark", Uint8Array.from(MARK)) };
  for (const input of [empty, mark, { files: [] }, { files: [empty, mark] }]) {
    assertEquals((await failure(engine, input)).code, "empty_body");
  }
});
