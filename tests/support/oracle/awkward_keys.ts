/** Texts of one giant key each, of kinds that some normalizers take more than linear time for. */
export const AWKWARD_KEYS: Record<string, (bytes: number) => string> = {
  "one letter": (bytes) => fill("a", bytes),
  "one mark": (bytes) => "a" + fill("\u0301", bytes),
  "two marks in turn": (bytes) => "a" + fill("\u0301\u0323", bytes),
  "marks of falling classes": (bytes) =>
    "a" + FALLING.map((mark) => fill(mark, bytes / FALLING.length)).join(""),
  "marks that become two": (bytes) => "a" + fill("\u0344\u0323", bytes),
  "marks alone": (bytes) => fill("\u0323\u0334\u0345", bytes),
  "letters and marks": (bytes) => fill("e\u0323\u0301", bytes),
  "jamo": (bytes) => fill("\u1100\u1161\u11a8", bytes),
  "vowels of jamo": (bytes) => "\u1100" + fill("\u1161", bytes),
  "singletons": (bytes) => fill("\u212b\ufa10", bytes),
  "exclusions": (bytes) => fill("\u0958\u0ddd", bytes),
  "composites of starters": (bytes) => fill("\u{1611e}\u{16121}", bytes),
  "what folding triples": (bytes) => fill("\u0390\u0323", bytes),
  "what folding makes of a mark": (bytes) => "\u03b1" + fill("\u0345", bytes),
  "middle letters": (bytes) => fill("a:\u0308", bytes),
};

/** Marks by falling class: 240, 234, 233, 232, 230, …, 1. */
const FALLING = [..."\u0345\u035d\u035c\u0315\u0301\u05ae\u0316\u1dce\u0321\u0e38\u3099\u0334"];

function fill(text: string, bytes: number): string {
  return text.repeat(Math.max(1, Math.floor(bytes / new TextEncoder().encode(text).length)));
}

/** As many bytes of words, each of them another, whose forms have to be made. */
export function plainWords(bytes: number): string {
  let text = "";
  for (let i = 0; text.length < bytes / 2; i++) text += `Слово${i.toString(36)} `;
  return text;
}
