import type { FromThread, ToThread } from "./each_terms.ts";
import { PackCounter } from "./pack_counter.ts";

// A thread that counts packs of documents over a memory of its own.

const thread = self as unknown as {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage(answers: FromThread, transfer: Transferable[]): void;
};

let counter: PackCounter;

thread.onmessage = ({ data }) => {
  if ("module" in data) {
    counter = new PackCounter(data.module);
    return;
  }
  const answers = counter.count(data.pack, data.terms);
  thread.postMessage(answers, answers.map(({ buffer }) => buffer));
};
