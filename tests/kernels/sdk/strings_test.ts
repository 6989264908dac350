import { assertEquals } from "@std/assert";
import { Random } from "../../support/random.ts";
import { compileKernelSource, UserKernel } from "../../support/user_kernel.ts";

// The SDK decodes, cuts and encodes strings by blocks of bytes or units: lengths around those matter,
// and where in a block something stands that is no ASCII, or a separator.

/** By whether memory is an arena, or is collected. */
const GLOBALS = { "an arena": "", "collected memory": 'let last = "";' };
const CHARACTERS = ["a", "b", ",", ",", " ", "é", "€", "😀", "\u0080", "\u07ff", "\uffff", "\0"];
const LINES = 3000;
const MOST_CHARACTERS = 90;

for (const [memory, global] of Object.entries(GLOBALS)) {
  Deno.test(`strings are decoded, split, cut and encoded as JavaScript does it, in ${memory}`, async () => {
    const kernel = new UserKernel(
      await compileKernelSource(`import { emit } from "millrace";
${global}
function emitAll(pieces: string[]): void {
  for (let i = 0; i < pieces.length; i++) emit("|" + pieces[i]);
}
export function map(line: string): void {
  emitAll(line.split(","));
  emitAll(line.split("é"));
  emitAll(line.split("\\0"));
  emitAll(line.split(", "));
  emitAll(line.split(",", 2));
  emitAll(line.split(""));
  emitAll(line.split());
  const length = line.length;
  for (let i = -1; i <= length + 1; i += 7) emit("|" + line.substring(i, (i * 5) % (length + 2)));
  emit("|" + line.substring(3));
}`),
    );
    const random = new Random(20261128);
    const lines = Array.from({ length: LINES }, (_, i) => {
      const characters = i % 3 === 0 ? CHARACTERS : CHARACTERS.slice(0, 5); // most text is ASCII
      return Array.from({ length: i % MOST_CHARACTERS }, () => random.pick(characters)).join("");
    });
    assertEquals(kernel.map(lines.join("\n")), lines.flatMap(expectedOf));
  });
}

function expectedOf(line: string): string[] {
  const { length } = line;
  const cuts: string[] = [];
  // An end of 0 or less is 0; a remainder has the sign of what is divided, in both languages.
  for (let i = -1; i <= length + 1; i += 7) cuts.push(line.substring(i, (i * 5) % (length + 2)));
  return [
    ...line.split(","),
    ...line.split("é"),
    ...line.split("\0"),
    ...line.split(", "),
    ...line.split(",", 2),
    ...line.split(""),
    line,
    ...cuts,
    line.substring(3),
  ].map((piece) => `|${piece.toWellFormed()}`);
}
