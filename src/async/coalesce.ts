/**
 * Makes one run of some work serve all callers that came before it began. A caller that comes while
 * a run goes on shares the next one: many callers that sync the same file wait for two syncs at most.
 */
export function coalesce(run: () => Promise<void>): () => Promise<void> {
  let current: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = () => current = run().finally(() => current = undefined);
  return () => {
    if (!current) return start();
    return next ??= current.catch(() => {}).then(() => {
      next = undefined;
      return start();
    });
  };
}
