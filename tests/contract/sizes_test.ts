import { assertEquals } from "@std/assert";
import { formatSize, readSize } from "../../src/contract/sizes.ts";

Deno.test("readSize() reads bytes in decimal and binary units, and nothing else", () => {
  const rows: [string, number | null][] = [
    ["5", 5],
    ["5B", 5],
    ["1kb", 1000],
    ["1KiB", 1024],
    ["1.5 MB", 1_500_000],
    ["2GiB", 2 ** 31],
    ["0", null],
    ["-1", null],
    ["1 megabyte", null],
    ["1TB", null],
    ["999999999999999GiB", null],
    ["", null],
  ];
  for (const [text, bytes] of rows) assertEquals([text, readSize(text)], [text, bytes]);
});

Deno.test("formatSize() says a size as it may be read again", () => {
  const rows: [number, string][] = [
    [64 * 2 ** 20, "64MiB"],
    [2 ** 32, "4GiB"],
    [1536, "1536"],
    [2048, "2KiB"],
  ];
  for (const [bytes, text] of rows) {
    assertEquals(formatSize(bytes), text);
    assertEquals(readSize(text), bytes);
  }
});
