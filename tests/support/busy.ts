/** Keeps this thread busy for so many milliseconds. */
export function beBusy(ms: number): void {
  const started = performance.now();
  while (performance.now() - started < ms);
}
