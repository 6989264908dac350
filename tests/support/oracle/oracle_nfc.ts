import { ComposingNormalizer } from "icu";

const normalizer = ComposingNormalizer.createNfc();

/**
 * Normalization Form C by ICU4X, which knows Unicode 17 whatever the runtime's ICU knows. Its time
 * is not linear in runs of marks.
 */
export function toNfc(text: string): string {
  // An ideograph composes with nothing. Behind one, U+FEFF is no mark of a byte order, which would
  // be left out, and the string is none of Latin-1, of which Deno 2.5 miscounts what it encodes.
  return normalizer.normalize(`一${text}`).slice(1);
}
