import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { findBooks } from "../../../load/k6/books.ts";
import { Refusal } from "../../../load/support/options.ts";
import { TemporaryFolder } from "../../../load/support/temporary_folder.ts";

const offline = () => Promise.reject(new TypeError("no network"));
const answers = (text: string, status = 200) => () =>
  Promise.resolve(new Response(text, { status }));

Deno.test("findBooks() fetches three books once", async () => {
  await using folder = await TemporaryFolder.make();
  const cache = `${folder.path}/books`;
  const { name, paths } = await findBooks([], cache, folder.path, answers("Call me"));
  assertStringIncludes(name, "of Project Gutenberg");
  assertEquals(paths.length, 3);
  assertEquals((await findBooks([], cache, folder.path, offline)).paths, paths);
  assertEquals(await Deno.readTextFile(paths[2]), "Call me");
});

Deno.test("findBooks() generates text, always the same, where books cannot be had", async () => {
  await using folder = await TemporaryFolder.make();
  const texts: string[] = [];
  for (const get of [offline, answers("gone", 404)]) {
    const { name, paths } = await findBooks([], `${folder.path}/books`, folder.path, get);
    assertStringIncludes(name, "generated text in several scripts");
    texts.push(await Deno.readTextFile(paths[0]));
  }
  assertEquals(texts[0], texts[1]);
  assert(/[а-я]/.test(texts[0]) && /[a-z]/.test(texts[0]) && /[α-ω]/.test(texts[0]));
});

Deno.test("findBooks() takes files that are named, and refuses what is none, or no text", async () => {
  await using folder = await TemporaryFolder.make();
  const path = `${folder.path}/a.txt`;
  await Deno.writeTextFile(path, "text");
  const find = (name: string) => findBooks([name], "/none", folder.path, offline);
  assertEquals((await find(path)).paths, [await Deno.realPath(path)]);
  await assertRejects(() => find(`${folder.path}/none`), Refusal, "Cannot read the book");
  await Deno.writeFile(path, new Uint8Array([0xff, 0xfe, 0x61]));
  await assertRejects(() => find(path), Refusal, "it is not UTF-8");
});
