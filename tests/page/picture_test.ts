import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../support/guides.ts";
import { PICTURE } from "../support/page_picture.ts";

/** A reader of the first page shall not wait for its picture. */
const MOST_BYTES = 150_000;

Deno.test("README.md opens with a picture of the page, which is small and says what it shows", async () => {
  const text = await Deno.readTextFile(new URL("README.md", ROOT));
  const [, shown, target] = /^# Millrace\n\n!\[([^\]]+)\]\(([^)]+)\)\n\n/.exec(text)!;
  assert(shown.length > 20, shown);
  assertEquals(new URL(target, ROOT).href, PICTURE.href);
  const bytes = await Deno.readFile(PICTURE);
  assert(bytes.length < MOST_BYTES, `${bytes.length} bytes`);
  const [riff, webp] = [0, 8].map((at) => new TextDecoder().decode(bytes.subarray(at, at + 4)));
  assertEquals([riff, webp], ["RIFF", "WEBP"]);
});
