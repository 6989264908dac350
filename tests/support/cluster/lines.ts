import { Random } from "../random.ts";

const MARKS = ["é", "\u3000", "don't", "漢字", "a.b", "\u{1f600}", "the"];

/** Lines of words and numbers, with what tokenizers stumble over. */
export function generateLines(seed: number, bytes: number): Uint8Array<ArrayBuffer> {
  const random = new Random(seed);
  let text = "";
  while (text.length < bytes) {
    const value = random.below(10_000) / 100;
    text += `k${random.below(900)} w${random.below(40)} ${value} ${random.pick(MARKS)}\n`;
  }
  return new TextEncoder().encode(text);
}
