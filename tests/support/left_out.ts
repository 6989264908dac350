/** Says in the output what is not tested here, so that nothing is left out without a word. */
export function leftOut(what: string, why: string): void {
  console.log(`left out: ${what}: ${why}`);
}
