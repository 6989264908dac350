/**
 * Runs each contestant in turn, round by round, so that a slow moment hits all.
 *
 * @param warmUps Rounds before the first that counts.
 * @returns What each round gave, by the name of the contestant.
 */
export async function takeRounds<T>(
  contestants: Readonly<Record<string, () => Promise<T>>>,
  rounds: number,
  warmUps = 0,
): Promise<Map<string, T[]>> {
  const found = new Map(Object.keys(contestants).map((name) => [name, [] as T[]]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const value = await run();
      if (round >= 0) found.get(name)!.push(value);
    }
  }
  return found;
}
