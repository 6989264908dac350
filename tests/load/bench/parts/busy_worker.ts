/// <reference lib="deno.worker" />
import { beBusy } from "../../../support/busy.ts";

// A thread that is busy for as many milliseconds as it is told, then says so and sleeps.

self.onmessage = ({ data }: MessageEvent<number>) => {
  beBusy(data);
  self.postMessage("done");
};
