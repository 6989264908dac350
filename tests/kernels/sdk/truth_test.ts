import { assertEquals } from "@std/assert";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

// What a text decides, against JavaScript's.

/** By whether memory is an arena, or is collected. */
const GLOBALS = { "an arena": "", "collected memory": 'let last = "";' };

/** Statements that both languages have, over a text `a`, a text `b` and a list `all` of both. */
const STATEMENTS = [
  'if (a) emit("yes"); else emit("no");',
  'if (!a) emit("yes"); else emit("no");',
  'if (!!a) emit("yes"); else emit("no");',
  'if (a && b) emit("yes"); else emit("no");',
  'if (a || b) emit("yes"); else emit("no");',
  'if (!(a && !b) || b) emit("yes"); else emit("no");',
  'if (a.trim()) emit("yes"); else emit("no");',
  'emit("=" + (a || "none"));',
  'emit("=" + (a && "more"));',
  'emit("=" + (a || b || "none"));',
  'emit("=" + (a.trim() || b.trim() || "none"));',
  'emit("=" + (a.trim() && b.trim()));',
  'emit(a ? "yes" : "no");',
  'emit(a && b ? "yes" : "no");',
  'emit("" ? "yes" : "no"); emit("x" ? "yes" : "no");',
  "let n = 0, s = a; while (s) { s = s.substring(1); n++; } emit(n.toString());",
  "let n = 0, s = a; do { s = s.substring(1); n++; } while (s); emit(n.toString());",
  "let n = 0; for (let s = a; s; s = s.substring(1)) n++; emit(n.toString());",
  "emit(all.filter((x) => x ? true : false).length.toString());",
  "emit(all.some((x) => !!x).toString()); emit(all.every((x) => !!x).toString());",
  "emit(lengthOf(a ? a : null)); emit(lengthOf(null)); emit(orNone(a)); emit(orNone(null));",
];
const HELPERS = `
function lengthOf(text: string | null): string { return text ? text.length.toString() : "none"; }
function orNone(text: string | null): string { if (text && text.length > 1) return text; return "none"; }
`;
const UNTYPED_HELPERS = HELPERS.replaceAll(/: string( \| null)?/g, "");
const RECORDS = ["", "a", " ", ",b", "a,b", "ab,", " , ", ",", "ab,cd"];

for (const [memory, global] of Object.entries(GLOBALS)) {
  Deno.test(`an empty text decides what it decides in JavaScript, in ${memory}`, async () => {
    const cases = STATEMENTS.map((statement, i) => `case ${i}: { ${statement} break; }`);
    const kernel = new UserKernel(
      await compileKernelSource(`
import { emit } from "millrace";
${global}${HELPERS}
export function map(record: string): void {
  const all = record.split(",");
  const a = all[1], b = all.length > 2 ? all[2] : "";
  switch (I32.parseInt(all[0])) { ${cases.join("\n")} }
}`),
    );
    STATEMENTS.forEach((statement, i) => {
      const run = new Function(
        "emit",
        "all",
        `${UNTYPED_HELPERS}
        const a = all[1], b = all.length > 2 ? all[2] : ""; ${statement}`,
      );
      for (const record of RECORDS) {
        const expected: string[] = [];
        const all = `${i},${record}`.split(",");
        run((key: string) => expected.push(key), all);
        assertEquals(kernel.map(all.join(",")), expected, `${statement} of '${record}'`);
      }
    });
  });
}
