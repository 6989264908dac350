import { lineSoup } from "../support/oracle/generate_text.ts";
import { BUILDS } from "../support/probe.ts";
import { compileScanners, scanText } from "../support/scan.ts";
import { testScanner } from "../support/scanner_suite.ts";
import { assertSame } from "../support/assert_same.ts";

testScanner("Lines", "lines", lineSoup);

const CASES = [
  { name: "nothing", text: "", words: [] },
  { name: "one empty line", text: "\n", words: [""] },
  { name: "an empty line that ends with CRLF", text: "\r\n", words: [""] },
  { name: "a last line without LF", text: "a\nb", words: ["a", "b"] },
  { name: "a CR that no LF follows", text: "a\rb\r", words: ["a\rb\r"] },
  { name: "two CRs before the LF", text: "a\r\r\nb", words: ["a\r", "b"] },
  { name: "only line ends", text: "\n\r\n\n", words: ["", "", ""] },
];

for (const build of BUILDS) {
  Deno.test(`scanLines() reads every kind of line end at every offset (${build})`, async () => {
    const probe = await compileScanners(build);
    for (const { name, text, words } of CASES) {
      for (let before = 0; before < 140; before++) {
        const row = "\n" + "x".repeat(before) + "\n";
        const scanned = scanText(probe, "Lines", new TextEncoder().encode(row + text));
        assertSame(scanned.words, ["", "x".repeat(before), ...words], () => `${name}, ${before}`);
      }
    }
  });

  Deno.test(`scanLines() reads a CRLF across the end of a sub-block (${build})`, async () => {
    const probe = await compileScanners(build);
    for (let length = 8185; length < 8200; length++) {
      for (const head of ["", "\n"]) {
        const line = "x".repeat(length);
        const text = new TextEncoder().encode(`${head}${line}\r\n\r\ny`);
        const expected = [...head === "" ? [] : [""], line, "", "y"];
        assertSame(scanText(probe, "Lines", text).words, expected, () => `${length}`);
      }
    }
  });
}
