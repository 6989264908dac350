// Memory of kernels a global of which can keep objects; others have `arena.ts` in place of this. asc's
// runtime `minimal` collects once per chunk, when no local refers to any.

export function mark(): usize {
  return 0;
}

export function release(region: usize): void {}

export function collect(): void {
  __collect();
}
