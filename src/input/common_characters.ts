/** Rows of a national standard, as their first bytes, and the cells of each, as their second. */
interface Rows {
  charset: string;
  first: [from: number, to: number];
  cells: [from: number, to: number][];
}

const HIGH_CELLS: [number, number] = [0xa1, 0xfe];

/**
 * The characters of everyday use, which stand before all others in the standards of East Asia:
 * level 1 of GB/T 2312, of JIS X 0208 and of Big5, and the syllables of KS X 1001.
 */
const COMMON: readonly Rows[] = [
  { charset: "gbk", first: [0xb0, 0xd7], cells: [HIGH_CELLS] },
  { charset: "euc-jp", first: [0xb0, 0xcf], cells: [HIGH_CELLS] },
  { charset: "big5", first: [0xa4, 0xc6], cells: [[0x40, 0x7e], HIGH_CELLS] },
  { charset: "euc-kr", first: [0xb0, 0xc8], cells: [HIGH_CELLS] },
];

/** Made when first asked for: few inputs come so far. */
let common: Set<string> | undefined;

/** Whether an ideograph or a syllable of Hangul is one of everyday use. */
export function isCommon(character: string): boolean {
  common ??= new Set(COMMON.flatMap(charactersIn));
  return common.has(character);
}

function charactersIn({ charset, first: [from, to], cells }: Rows): string[] {
  const bytes: number[] = [];
  for (let first = from; first <= to; first++) {
    for (const [least, most] of cells) {
      for (let second = least; second <= most; second++) bytes.push(first, second);
    }
  }
  return [...new TextDecoder(charset).decode(Uint8Array.from(bytes))]
    .filter((character) => /[\p{Script=Han}\p{Script=Hangul}]/u.test(character));
}
