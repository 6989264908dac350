import { own } from "./own.ts";

const callbacks = new WeakMap<Promise<unknown>, Set<() => void>>();

/**
 * Calls back once when a promise settles, however it does. The promise has one reaction, whatever
 * number of watchers come and go: waiting for it again and again leaves nothing behind.
 *
 * @returns Takes the callback back.
 */
export function onSettled(promise: Promise<unknown>, callback: () => void): () => void {
  let watchers = callbacks.get(promise);
  if (!watchers) {
    const all = new Set<() => void>();
    const callAll = () => {
      callbacks.delete(promise); // a later watcher begins anew
      all.forEach((each) => each());
    };
    own(promise.then(callAll, callAll));
    callbacks.set(promise, watchers = all);
  }
  const watcher = () => callback(); // of its own: the same function may watch twice
  watchers.add(watcher);
  return () => void watchers.delete(watcher);
}
