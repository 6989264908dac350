import { assert, assertEquals } from "@std/assert";

const SAMPLE = /^([a-z_]+)(?:\{(.*)\})? (\+Inf|-?[0-9.e+-]+)$/;
const LABEL = /([a-z_][a-z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/gy;

/**
 * Reads the text format strictly: every family has its help and its type once and before its
 * samples, no sample comes twice, counters end in `_total` and are not negative, histograms are
 * cumulative and complete.
 *
 * @returns Values by name and labels: `jobs{state="running"}`.
 */
export function parseExposition(text: string): Map<string, number> {
  assert(text.endsWith("\n"), "the last line ends with a line feed");
  const values = new Map<string, number>();
  const types = new Map<string, string>();
  let family = "";
  let helped = "";
  for (const line of text.slice(0, -1).split("\n")) {
    if (line.startsWith("# HELP ")) {
      helped = line.split(" ")[2];
      assert(line.length > `# HELP ${helped} `.length, line);
    } else if (line.startsWith("# TYPE ")) {
      const [, , name, type] = line.split(" ");
      assertEquals(name, helped, "help comes before the type");
      assert(!types.has(name), `${name} comes twice`);
      assertEquals(type === "counter", name.endsWith("_total"), line);
      types.set(family = name, type);
    } else {
      const { key, value } = readSample(line, family, types.get(family)!);
      assert(!values.has(key), `${key} comes twice`);
      values.set(key, value);
    }
  }
  for (const [name, type] of types) if (type === "histogram") checkHistogram(name, values);
  return values;
}

function readSample(line: string, family: string, type: string) {
  const match = SAMPLE.exec(line);
  if (!match) throw new Error(`no sample: ${line}`);
  const [, name, labels = "", text] = match;
  const base = type === "histogram" ? name.replace(/_(bucket|sum|count)$/, "") : name;
  assertEquals(base, family);
  assertEquals([...labels.matchAll(LABEL)].map(([all]) => all).join(""), labels, line);
  const value = Number(text.replace("Inf", "Infinity"));
  assert(!Number.isNaN(value) && (type === "gauge" || value >= 0), line);
  return { key: labels === "" ? name : `${name}{${labels}}`, value };
}

function checkHistogram(name: string, values: Map<string, number>): void {
  let last = 0;
  for (const [key, value] of values) {
    if (key.startsWith(`${name}_bucket{`)) {
      assert(value >= last, `${key} is not cumulative`);
      last = value;
    } else if (key.startsWith(`${name}_count`)) {
      assertEquals(value, last, `${key} is not its last bucket`);
      last = 0;
    }
  }
}
