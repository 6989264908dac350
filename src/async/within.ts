/**
 * Waits for some work, but no longer than `timeoutMs`. The work goes on either way.
 *
 * @returns Whether the work was done in time.
 */
export async function within(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timeout = Promise.withResolvers<boolean>();
  const timer = setTimeout(timeout.resolve, timeoutMs, false);
  const inTime = await Promise.race([work.then(() => true), timeout.promise]);
  clearTimeout(timer);
  return inTime;
}
