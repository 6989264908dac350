/**
 * A stream that asks for a chunk when its reader does. If the reader goes while a chunk is being
 * made, that chunk is dropped.
 *
 * @param next Makes the next chunk; undefined at the end. What it throws fails the stream.
 * @param cancel Called once when the reader goes before the end, perhaps while `next` runs.
 */
export function createPullStream<T extends Uint8Array>(
  next: () => T | undefined | Promise<T | undefined>,
  cancel: (reason: unknown) => void | Promise<void>,
): ReadableStream<T> {
  let gone = false;
  return new ReadableStream<T>({
    async pull(controller) {
      const chunk = await next();
      if (gone) return;
      if (chunk === undefined) controller.close();
      else controller.enqueue(chunk);
    },
    cancel(reason) {
      gone = true;
      return cancel(reason);
    },
  }, { highWaterMark: 0 });
}
