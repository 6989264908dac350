/// <reference lib="deno.worker" />
import { ListenerSums, MainWords } from "../../src/listeners/listener_words.ts";

declare const self: DedicatedWorkerGlobalScope;

/** Ends jobs of one token and eight bytes, as a listener thread does, as long as it may count. */
self.onmessage = ({ data: { sums: memory, words: shared, slots } }) => {
  const sums = new ListenerSums(memory);
  const words = new MainWords(shared);
  const post = sums.metrics.addRoute("POST", "/v1/count");
  let jobs = 0;
  sums.metrics.begin(); // says that this thread is there
  while (!words.isOpen);
  for (; !words.isStopping; jobs++) {
    sums.metrics.begin();
    sums.add({ jobs: 1, ms: 0.5, bytes: 8, tokens: 1, readMs: 0 }, jobs % slots);
    sums.metrics.end(post, 200, 1, undefined);
  }
  self.postMessage(jobs);
};
