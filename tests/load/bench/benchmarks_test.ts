import { assert, assertEquals } from "@std/assert";
import { BENCHMARKS } from "../../../load/bench/benchmarks.ts";
import { readOptions } from "../../../load/support/options.ts";

const FOLDERS = ["lab", "bench"];
/** Modules that are no benchmarks. */
const OTHERS = ["benchmarks", "command", "run"];

Deno.test("BENCHMARKS has every module of load/lab and load/bench, by its name", async () => {
  const files: string[] = [];
  for (const folder of FOLDERS) {
    const url = new URL(`../../../load/${folder}/`, import.meta.url);
    for await (const { isFile, name } of Deno.readDir(url)) {
      if (isFile && name.endsWith(".ts")) files.push(name.slice(0, -3));
    }
  }
  const benchmarks = files.filter((name) => !OTHERS.includes(name));
  assertEquals(BENCHMARKS.map(({ name }) => name).toSorted(), benchmarks.toSorted());
});

for (const { name, about, details, options, quick } of BENCHMARKS) {
  Deno.test(`${name} says what it measures, and reads its own defaults`, () => {
    assert(about.length <= 80 && !about.includes("\n"), "about is a line");
    assert(details.split("\n").every((line) => line.length <= 100), "details fit a screen");
    assertEquals(Object.keys(readOptions(options, {})), Object.keys(options));
    readOptions(options, quick as Record<string, string>);
    assert(Object.keys(quick).every((each) => each in options), "quick values are of options");
  });
}
