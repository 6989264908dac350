/** Who is interrupted removes what it has made, and rejects with this. */
export class Interrupted extends Error {}

/**
 * Does something that stops when the user says so.
 *
 * @throws {Interrupted} If the user did.
 */
export async function stopOnSignal(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) return; // `deno task` passes on what the terminal sends as well
    console.error("stops, and removes what it has made");
    stop.abort(new Interrupted("Interrupted"));
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) Deno.addSignalListener(signal, onSignal);
  try {
    await run(stop.signal);
  } catch (error) {
    // A server or a command that was stopped on the way fails for that reason alone.
    stop.signal.throwIfAborted();
    throw error;
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, onSignal);
  }
}
