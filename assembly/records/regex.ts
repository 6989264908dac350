/** What findRegex has found. */
export let regexStart: usize = 0;
export let regexEnd: usize = 0;

export function findRegex(_tables: usize, _from: usize, _to: usize): bool {
  return unreachable();
}

export function testRegex(_tables: usize, _from: usize, _to: usize): bool {
  return unreachable();
}
