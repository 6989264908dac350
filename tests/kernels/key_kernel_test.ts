import { assert, assertEquals } from "@std/assert";
import { KeyKernel } from "../../src/kernels/key_kernel.ts";
import { readKernel } from "../../src/kernels/registry.ts";
import { tokenize } from "../support/oracle/oracle.ts";
import { toNfc } from "../support/oracle/oracle_nfc.ts";
import { foldFull } from "../support/oracle/oracle_properties.ts";

Deno.test("KeyKernel folds and normalizes as kernels do", () => {
  const kernel = new KeyKernel(readKernel("words"));
  for (
    const key of ["", "Ab", "E\u0301a", "\ufeff\u212b", "STRASSE ß", "\u1100\u1161", "\0\u0301"]
  ) {
    assertEquals(kernel.fold(key), foldFull(key));
    assertEquals(kernel.normalize(key), toNfc(key));
  }
});

Deno.test("KeyKernel takes texts that are longer than its memory, and marks in any order", () => {
  const kernel = new KeyKernel(readKernel("words"));
  const pairs = 1 << 20;
  const marks = "a" + "\u0301\u0323".repeat(pairs);
  const ordered = "\u1ea1" + "\u0323".repeat(pairs - 1) + "\u0301".repeat(pairs);
  assert(kernel.normalize(marks) === ordered, `${pairs} pairs of marks are not in order`);
  assert(kernel.fold("Ä".repeat(pairs)) === "ä".repeat(pairs), `${pairs} letters are not folded`);
});

Deno.test("KeyKernel tells what is one token, however long the text before was", () => {
  const kernel = new KeyKernel(readKernel("words"));
  const rows: [text: string, tokenizers: string][] = [
    ["word", "unicode whitespace ascii lines"],
    ["don't", "unicode whitespace ascii lines"],
    ["don\u2019t", "unicode whitespace lines"],
    ["été", "unicode whitespace lines"],
    ["new york", "lines"],
    ["C++", "whitespace lines"],
    ["ประเทศ", "whitespace lines"],
    ["中文", "whitespace lines"],
    ["中", "unicode whitespace lines"],
    ["'quoted'", "whitespace lines"],
    ["a\r", "lines"],
    ["a\n", ""],
    [" ", "lines"],
    [".", "whitespace lines"],
    ["\u0301", "unicode whitespace lines"],
    ["x".repeat(100_000), "unicode whitespace ascii lines"],
    ["a", "unicode whitespace ascii lines"],
    ["", ""],
  ];
  for (const [text, expected] of rows) {
    const tokenizers = ["unicode", "whitespace", "ascii", "lines"] as const;
    const found = tokenizers.filter((tokenizer) => kernel.isToken(text, tokenizer)).join(" ");
    const naive = tokenizers.filter((tokenizer) => tokenize(text, tokenizer).join("\0") === text);
    if (text.length < 100) {
      assertEquals(found, text === "" ? "" : naive.join(" "), JSON.stringify(text));
    }
    if (text !== "\u0301") assertEquals(found, expected, JSON.stringify(text.slice(0, 20)));
  }
});
