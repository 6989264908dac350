/** Upper and lower case of ASCII differ by this bit. */
const CASE_BIT = 0x20;

/**
 * Numbers the bytes that stand in literals from 1; all others are of class 0.
 *
 * @param folds Whether upper case letters of ASCII are of the class of the lower case ones, which
 *   alone stand in the literals.
 */
export function findClasses(
  literals: readonly Uint8Array[],
  folds: boolean,
): { classes: Uint8Array; count: number } {
  const classes = new Uint8Array(256);
  for (const literal of literals) for (const byte of literal) classes[byte] = 1;
  let count = 1;
  for (let byte = 0; byte < 256; byte++) if (classes[byte] !== 0) classes[byte] = count++;
  if (folds) {
    for (let byte = 0x61; byte <= 0x7a; byte++) classes[byte ^ CASE_BIT] = classes[byte];
  }
  return { classes, count };
}

/** The byte of a letter of ASCII in the other case, or the byte itself. */
export function otherCase(byte: number): number {
  const lower = byte | CASE_BIT;
  return lower >= 0x61 && lower <= 0x7a ? byte ^ CASE_BIT : byte;
}
