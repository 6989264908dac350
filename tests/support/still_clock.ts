/** Has `performance.now()` of this thread stand still until it is disposed of. */
export function stillClock(): Disposable {
  const { now } = performance;
  const at = performance.now();
  performance.now = () => at;
  return { [Symbol.dispose]: () => void (performance.now = now) };
}
