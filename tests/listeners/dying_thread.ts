/// <reference lib="deno.worker" />

declare const self: DedicatedWorkerGlobalScope;

// Listens, as the thread says, and then fails outside of any promise.
self.onmessage = () => {
  self.postMessage({ listening: true });
  setTimeout(() => {
    throw new Error("a fault of the thread");
  }, 0);
};
