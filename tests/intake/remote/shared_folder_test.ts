import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { JobError } from "../../../src/contract/problems.ts";
import { SharedFolder } from "../../../src/intake/remote/shared_folder.ts";
import { Engine } from "../../../src/mod.ts";
import { COMPRESS } from "../../support/compress.ts";
import { TempFiles } from "../../support/temp_files.ts";

/** A folder that is shared, and what is beside it. */
function share(files: Record<string, string | Uint8Array> = {}) {
  const temp = new TempFiles();
  Deno.mkdirSync(`${temp.path}/shared/logs/old`, { recursive: true });
  for (const [name, content] of Object.entries(files)) temp.write(name, content);
  const shared = `${temp.path}/shared`;
  return {
    temp,
    shared,
    folder: new SharedFolder(shared),
    [Symbol.dispose]: () => temp[Symbol.dispose](),
  };
}

const pathsOf = async (folder: SharedFolder, url: string) =>
  (await Array.fromAsync(folder.open(url)())).map(({ name }) => name);

const errorOf = (folder: SharedFolder, url: string) =>
  assertRejects(() => pathsOf(folder, url), JobError);

Deno.test("SharedFolder names a file of it, or all below a folder of it", async () => {
  using made = share({
    "shared/a b#c?%41.txt": "1",
    "shared/logs/2.txt": "2",
    "shared/logs/.hidden": "no",
    "shared/logs/old/1.txt": "3",
    "shared/logs/z.txt": "4",
  });
  Deno.symlinkSync("2.txt", `${made.shared}/logs/link`);
  const { folder } = made;
  assertEquals(await pathsOf(folder, "shared:a b#c?%41.txt"), ["shared:a b#c?%41.txt"]);
  assertEquals(await pathsOf(folder, "shared:logs/link"), ["shared:logs/link"]);
  assertEquals(await pathsOf(folder, "shared:logs/"), [
    "shared:logs/2.txt",
    "shared:logs/old/1.txt",
    "shared:logs/z.txt",
  ]);
});

Deno.test("SharedFolder names nothing that is not in it", async () => {
  using made = share({ "secret.txt": "secret", "shared/a.txt": "a" });
  const { folder, shared, temp } = made;
  const urls = ["", "/", "/etc/passwd", "..", "../secret.txt", "logs/../../secret.txt"];
  for (const path of [...urls, "./a.txt", "logs//old", "a\0.txt", "//", "logs/.."]) {
    const error = assertThrows(() => folder.open(`shared:${path}`), JobError);
    assertEquals(error.code, "url_refused", path);
  }
  Deno.symlinkSync("../secret.txt", `${shared}/out`);
  Deno.symlinkSync(`${temp.path}/secret.txt`, `${shared}/absolute`);
  Deno.symlinkSync(temp.path, `${shared}/up`);
  Deno.symlinkSync("up", `${shared}/twice`);
  Deno.symlinkSync(`${temp.path}/shared`, `${shared}/self`);
  const rows = ["out", "absolute", "up/secret.txt", "up/", "twice/secret.txt", "self/", "logs"];
  for (const path of rows) {
    const error = await errorOf(folder, `shared:${path}`);
    assertEquals(error.code, "url_refused", path);
    assert(!error.message.includes(temp.path), error.message);
  }
  assertEquals(await pathsOf(folder, "shared:self/a.txt"), ["shared:self/a.txt"]);
});

Deno.test("SharedFolder says what is not there, and names no path of the machine", async () => {
  using made = share({ "shared/a.txt": "a" });
  const { folder, temp } = made;
  for (const path of ["b.txt", "a.txt/b", "none/", "logs/old/"]) {
    const error = await errorOf(folder, `shared:${path}`);
    assertEquals([error.code, error.details.url], ["input_not_found", `shared:${path}`]);
    assert(!JSON.stringify([error.message, error.details]).includes(temp.path));
  }
  const gone = await errorOf(new SharedFolder(`${temp.path}/gone`), "shared:a.txt");
  assertEquals(gone.code, "input_denied");
  const large = await errorOf(new SharedFolder(made.shared, { maxBytes: 0 }), "shared:a.txt");
  assertEquals(large.code, "body_too_large");
});

Deno.test("A file of a shared folder is counted by the engine's threads, large or small", async () => {
  const text = "to be or not to be\n".repeat(30_000);
  using made = share({
    "shared/large.txt": text,
    "shared/small.txt": "to be",
    "shared/small.gz": COMPRESS.gzip(new TextEncoder().encode(text)),
  });
  await using engine = await Engine.start({ workers: 1, spillDirectory: false });
  for (const [path, tokens] of [["large.txt", 180_000], ["small.txt", 2], ["small.gz", 180_000]]) {
    const texts = made.folder.open(`shared:${path}`)();
    const { totals } = await engine.submit({ texts }).done;
    assertEquals(totals.tokens, tokens, String(path));
  }
  const bounded = new SharedFolder(made.shared, { maxExpandedBytes: 1000 });
  const texts = bounded.open("shared:small.gz")();
  const error = await assertRejects(() => engine.submit({ texts }).done, JobError);
  assertEquals([error.code, error.details.path], ["expansion_limit", "shared:small.gz"]);
});

/** What takes the place of a file after it was looked at, before it is opened. */
const SWAPS: Record<string, (path: string, secret: string) => void> = {
  "a link that leads out": (path, secret) => Deno.symlinkSync(secret, path),
  "another file": (path) => Deno.writeTextFileSync(path, "other"),
  "nothing": () => {},
};

for (const [what, swap] of Object.entries(SWAPS)) {
  for (const bytes of [10, 600_000]) {
    Deno.test(`${what} in the place of a file of ${bytes} bytes that was seen is not counted`, async () => {
      using made = share({ "secret.txt": "s".repeat(bytes) });
      const path = `${made.shared}/a.txt`;
      Deno.writeTextFileSync(path, "a".repeat(bytes));
      const [part] = await Array.fromAsync(made.folder.open("shared:a.txt")());
      Deno.renameSync(path, `${made.temp.path}/kept`);
      swap(path, `${made.temp.path}/secret.txt`);
      await using engine = await Engine.start({ workers: 1, spillDirectory: false });
      const error = await assertRejects(() => engine.submit({ texts: [part] }).done, JobError);
      assertEquals(error.code, what === "nothing" ? "file_failed" : "file_changed");
      assertEquals(error.details.path, "shared:a.txt");
      assert(!JSON.stringify([error.message, error.details]).includes(made.temp.path));
    });
  }
}
