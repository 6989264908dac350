/// <reference lib="deno.worker" />
import { callExport, instantiate } from "./instance.ts";

/** What a thread shall run. */
export interface Run {
  module: Uint8Array<ArrayBuffer>;
  memory: { initial: number; maximum: number };
  leash: WebAssembly.Memory;
  /** Set to 1 before the kernel's start function, or when it drains for the first time. */
  running: Int32Array<SharedArrayBuffer>;
}

/** How it ended. */
export interface Ended {
  /** The error's name, or `returned`. */
  how: string;
  message: string;
  /** When, in milliseconds of wall time. */
  at: number;
}

const now = () => performance.timeOrigin + performance.now();

/** Makes an instance and calls its `mr_map`, which is meant to run until the leash stops it. */
self.onmessage = ({ data: { module, memory, leash, running } }: MessageEvent<Run>) => {
  const tell = () => {
    Atomics.store(running, 0, 1);
    Atomics.notify(running, 0);
  };
  const end = (how: string, message: string) =>
    self.postMessage({ how, message, at: now() } satisfies Ended);
  try {
    const kernel = instantiate({ module, memory }, leash, { drain: tell });
    callExport(kernel, "mr_map", 0);
    end("returned", "");
  } catch (error) {
    end((error as Error).name, (error as Error).message);
  }
};
