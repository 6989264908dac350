import { ComposingNormalizer } from "icu";

const normalizer = ComposingNormalizer.createNfc();

/**
 * Normalization Form C by ICU4X, which knows Unicode 17 whatever the runtime's ICU knows. Its time
 * is not linear in runs of marks.
 */
export function toNfc(text: string): string {
  // A NUL is the same in NFC, and no mark composes with it; a leading U+FEFF would be left out.
  return normalizer.normalize(`\0${text}`).slice(1);
}
