type Outcome = ReturnType<typeof Atomics.wait>;

/**
 * What each `Atomics.wait` of this thread gives while something runs.
 *
 * @param instead Given in place of a wait.
 */
export function recordWaits(run: () => void, instead?: Outcome): Outcome[] {
  const { wait } = Atomics;
  const outcomes: Outcome[] = [];
  Atomics.wait = ((...args: Parameters<typeof wait>) => {
    const outcome = instead ?? wait(...args);
    outcomes.push(outcome);
    return outcome;
  }) as typeof wait;
  try {
    run();
  } finally {
    Atomics.wait = wait;
  }
  return outcomes;
}
