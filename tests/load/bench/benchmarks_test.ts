import { assert, assertEquals } from "@std/assert";
import { BENCHMARKS } from "../../../load/bench/benchmarks.ts";
import { readOptions } from "../../../load/support/options.ts";

const FOLDER = new URL("../../../load/bench/", import.meta.url);
/** Modules that are no benchmarks. */
const OTHERS = ["benchmarks", "command", "run"];

Deno.test("BENCHMARKS has every module of load/bench, by its name", async () => {
  const files = (await Array.fromAsync(Deno.readDir(FOLDER)))
    .filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => name.slice(0, -3));
  const benchmarks = files.filter((name) => !OTHERS.includes(name));
  assertEquals(BENCHMARKS.map(({ name }) => name).toSorted(), benchmarks.toSorted());
});

for (const { name, about, details, options } of BENCHMARKS) {
  Deno.test(`${name} says what it measures, and reads its own defaults`, () => {
    assert(about.length <= 80 && !about.includes("\n"), "about is a line");
    assert(details.split("\n").every((line) => line.length <= 100), "details fit a screen");
    assertEquals(Object.keys(readOptions(options, {})), Object.keys(options));
  });
}
